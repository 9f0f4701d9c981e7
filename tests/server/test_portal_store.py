"""What is submitted to the portal is answered once, as the command line does, and is seen as the clock lets it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from mzsim.common.errors import SubmissionError
from mzsim.server.errors import UnknownRetourError, UnknownSubmissionError
from mzsim.server.portal_store import PortalStore
from mzsim.store.session import open_store
from tests.commands import play
from tests.server.conftest import DECLARATIONS, GOOD, ON_DATE, Watch, submit


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_answer_is_that_of_the_command_line(name: str, shop: PortalStore, inv_url: str, tmp_path: Path) -> None:
    id = submit(shop, DECLARATIONS[name])
    store = open_store(inv_url)
    _, retour = play(store, tmp_path, DECLARATIONS[name], dry_run=True)
    store.close()
    shop.work()
    assert b"".join(shop.retour(id)) == retour
    assert b"".join(shop.declaration(id)) == DECLARATIONS[name]


def test_until_it_is_answered_it_is_being_examined(shop: PortalStore) -> None:
    id = submit(shop)
    assert shop.submission(id).status == "in_controle"
    assert shop.submission(id).resultaat is None
    with pytest.raises(UnknownRetourError):
        shop.retour(id)
    assert shop.retours() == []
    shop.work()
    found = shop.submission(id)
    assert (found.status, found.retour_id, found.retour_status) == ("afgehandeld", 1, "klaar")
    assert found.resultaat is not None
    assert found.resultaat["status"] == "volledig_toegewezen"


def test_each_state_is_seen_in_its_time(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"vertraging": 10})
    id = submit(shop)
    shop.work()
    seen = []
    for _ in range(6):
        seen.append((shop.submission(id).status, len(shop.retours())))
        watch.forward(10)
    assert seen == [
        ("ontvangen", 0),
        ("in_controle", 0),
        ("correct_bevonden", 0),
        ("klaar_voor_verzending", 0),
        ("ontvangen_door_verzekeraar", 0),
        ("afgehandeld", 1),
    ]


def test_a_retour_is_downloaded_and_hidden(shop: PortalStore) -> None:
    submit(shop)
    shop.work()
    (retour,) = shop.retours()
    again, content = shop.retour_file(retour.id)
    assert (again, sum(map(len, content))) == (retour, retour.grootte)
    shop.mark_downloaded(retour.id)
    assert shop.submission(1).retour_status == "gedownload"
    shop.hide(retour.id)
    assert shop.submission(1).retour_status == "verborgen"
    assert shop.retours() == []


def test_the_same_key_gets_what_was_said(shop: PortalStore) -> None:
    first = shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A")
    assert shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A") == (first[0], True)
    assert len(shop.submissions()) == 1
    with pytest.raises(SubmissionError):
        shop.submit(BytesIO(GOOD), "y.asc", options=ON_DATE, key="A")


def test_what_is_not_there_is_said_to_be_unknown(shop: PortalStore) -> None:
    for ask in (shop.submission, shop.declaration, shop.retour, shop.explanation):
        with pytest.raises(UnknownSubmissionError):
            ask(7)
    with pytest.raises(UnknownRetourError):
        shop.retour_file(7)


def test_ids_go_on_behind_a_reset(shop: PortalStore) -> None:
    submit(shop)
    shop.work()
    assert [retour.id for retour in shop.retours()] == [1]
    shop.reset()
    assert (shop.submissions(), shop.retours()) == ([], [])
    assert submit(shop) == 2
    shop.work()
    assert shop.submission(2).status == "fout"  # the store knows no insurer

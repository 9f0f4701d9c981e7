"""The personas: what `mzsim personas` says comes back is what comes back; the ready-made insurers do what their pages say."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.errors import StoreFileError
from mzsim.domain.findings import Stage
from mzsim.personas import PROEF, file, personas
from mzsim.pipeline import Order, replay
from mzsim.store.session import Database
from mzsim.store.shipped_files import path_of
from mzsim.store.templates import fresh_store
from mzsim.store.verzekeraarsbestand import read_file
from tests.commands import invoke, require_one_line
from tests.retours import read

pytestmark = pytest.mark.slow

NZA = "@nza-2026"
PAGE = Path(__file__).parents[1] / "simulator" / "mzsim" / "manual" / "personas.md"


@cache
def documented() -> dict[str, dict[str, Any]]:
    """What a user reads: the lines of `mzsim personas --json`."""
    lines = invoke("personas", "--json").stdout.splitlines()
    return {persona["id"]: persona for persona in map(json.loads, lines)}


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where loaded stores are kept for the tests of this process."""
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `mzsim personas --out`."""
    folder = tmp_path_factory.mktemp("personas")
    assert invoke("personas", "--out", folder).exit_code == 0
    return folder


def _comes_back(declaration: dict[str, Any], store: Database, sent: Path, folder: Path) -> dict[str, Any]:
    """What came back, in the form of the documentation."""
    retour = folder / "retour.asc"
    order = Order(sent / declaration["bestand"], retour, dt.date.fromisoformat(declaration["datum"]), Stage.ALL)
    outcome = replay(order, store)
    return {
        "afzender": outcome.sender,
        "status": str(outcome.status),
        "totaal_toegekend": f"{outcome.total_granted / 100:.2f}",
        "terug": [
            {
                "record": r.kenmerk,
                "identificatie": r.identificatie,
                "codes": list(r.codes),
                "toegekend": _euro(r.toegekend),
            }
            for r in read(retour.read_bytes())
        ],
    }


def _euro(field: str) -> str:
    """Rubriek 0483 with its sign (empty of other records) as the documentation has it."""
    return f"{int(field[:-1] or 0) / (-100 if field.endswith('C') else 100):.2f}"


@pytest.mark.parametrize("id", [p.id for p in personas()])
def test_a_persona_gets_back_what_is_written(id: str, stores: Path, sent: Path, tmp_path: Path) -> None:
    """Each on a fresh store with nothing but @proef."""
    with fresh_store([path_of(PROEF)], stores) as store:
        for declaration in documented()[id]["declaraties"]:
            assert _comes_back(declaration, store, sent, tmp_path) == declaration["verwacht"]


@pytest.mark.parametrize("lists", [(PROEF,), (NZA, PROEF), (PROEF, NZA)], ids=" ".join)
def test_personas_are_not_in_each_others_way(lists: tuple[str, ...], stores: Path, sent: Path, tmp_path: Path) -> None:
    """All of them on one store, from the last to the first; the lists of the NZa beside it change nothing."""
    with fresh_store([path_of(listing) for listing in lists], stores) as store:
        for persona in reversed(documented().values()):
            for declaration in persona["declaraties"]:
                back = _comes_back(declaration, store, sent, tmp_path)
                assert back == declaration["verwacht"], persona["id"]


def test_a_user_can_do_the_same(sent: Path, tmp_path: Path) -> None:
    """By the words that `--out` prints, in its folder."""
    store = f"sqlite:///{tmp_path / 'store.db'}"
    assert invoke("db", "load", "--store", store, PROEF).exit_code == 0
    orders = invoke("personas", "dubbel", "--out", tmp_path).stdout.splitlines()
    statuses = []
    for order in orders[:2]:
        program, *words = order.split()
        assert program == "mzsim"
        statuses.append(json.loads(invoke(*words, "--store", store, "--json").stdout)["status"])
    assert statuses == ["volledig_toegewezen", "volledig_afgewezen"]
    assert (tmp_path / "dubbel-1.mz301.asc").read_bytes() == (sent / "dubbel-1.mz301.asc").read_bytes()


def test_the_table_in_the_manual_is_fresh() -> None:
    """To renew it: mzsim personas --markdown."""
    assert invoke("personas", "--markdown").stdout in PAGE.read_text("utf-8")


def test_the_table_names_everybody_with_amount_and_codes() -> None:
    """The three forms say the same."""
    table = invoke("personas").stdout
    for persona in documented().values():
        assert f" {persona['bsn'] or persona['verzekerdennummer']} " in table
        one = invoke("personas", persona["bsn"] or persona["id"]).stdout
        assert one.startswith(f"{persona['id']}: {persona['titel']}\n")
        for declaration in persona["declaraties"]:
            expected = declaration["verwacht"]
            assert f"{expected['status']}, {expected['totaal_toegekend']} granted" in one
            for back in expected["terug"]:
                assert all(f": {code} " in one for code in back["codes"])


def test_every_persona_has_an_outcome_of_its_own() -> None:
    """No two for the same: titles and ids are unique, and together they show every status and some thirty codes."""
    every = personas()
    assert len({p.id for p in every}) == len({p.title for p in every}) == len({p.key for p in every}) == len(every)
    expected = [d.expected for p in every for d in p.declaraties]
    assert {v.status for v in expected} == {
        *("volledig_toegewezen", "deels_toegewezen", "volledig_afgewezen", "afgekeurd_bestand", "afgekeurd_record")
    }
    seen = {code for v in expected for t in v.back for code in t.codes}
    assert seen >= {
        *("0300", "0307", "0320", "0328", "0423", "0550", "0551", "0552", "0553", "0554", "0586", "0587", "0589"),
        *(
            "0030",
            "0611",
            "0613",
            "0633",
            "0634",
            "8002",
            "8004",
            "8017",
            "8021",
            "8022",
            "8024",
            "8059",
            "8060",
            "8073",
        ),
        *("8084", "8096", "8097", "8176", "8198", "8220"),
    }


def test_whoever_is_insured_has_the_name_that_is_written() -> None:
    """Name and birth date of a persona are those of the polis; who has none is said to be unknown."""
    polissen = {p.bsn or p.verzekerdennummer: p for p in read_file(path_of(PROEF)).content.polissen}
    for persona in personas():
        polis = polissen.pop(persona.key, None)
        if polis is None:
            assert persona.id in ("onbekend", "zonder-bsn-onbekend", "niet-aangesloten")
        else:
            assert (polis.naam, polis.geboortedatum) == (persona.name, persona.geboortedatum)
    assert not polissen


def test_tariffs_and_rules_of_proef_are_those_of_the_nza() -> None:
    proef, nza = (read_file(path_of(listing)).content for listing in (PROEF, NZA))
    for listing in ("tarieven", "combinatieregels"):
        lines = getattr(proef, listing)
        assert lines
        assert all(line in getattr(nza, listing) for line in lines)


def test_the_numbers_of_proef_are_of_nobody() -> None:
    """So that @proef can be loaded beside any other."""
    own = {line.nummer for line in read_file(path_of(PROEF)).content.uzovi}
    for listing in ("@uzovi", "@vgz", "@asr", "@ditzo"):
        assert own.isdisjoint(line.nummer for line in read_file(path_of(listing)).content.uzovi)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("niemand",), "mzsim: niemand: no such persona; mzsim personas lists them"),
        (("--json", "--markdown"), "Error: choose one of --json, --markdown and --out"),
    ],
)
def test_what_can_not_be_done(words: tuple[str, ...], what: str) -> None:
    result = invoke("personas", *words)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == what


def test_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "nieuw" / "hier"
    for _ in range(2):
        result = invoke("personas", "dubbel", "--out", folder)
        assert result.exit_code == 0
        printed = [line.split()[2] for line in result.stdout.splitlines() if line.startswith("mzsim replay ")]
        assert sorted(printed) == sorted(str(place) for place in folder.iterdir()) != []


@pytest.mark.parametrize("place", ["bestand", "bestand/map", "nieuw/" + 300 * "x"])
def test_a_folder_that_can_not_be_made(place: str, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_bytes(b"")
    result = invoke("personas", "--out", tmp_path / place)
    assert (result.exit_code, result.stdout) == (2, "")
    assert require_one_line(result.stderr).startswith(f"mzsim: {tmp_path / place}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["bestand"]


def test_a_rubriek_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The data file is read strictly: a mistake in it can't become another declaration."""
    wrong = tmp_path / "personas.yaml"
    wrong.write_text(file.FILE.read_text("utf-8").replace('"0425": 4', '"0499": 4', 1), "utf-8")
    monkeypatch.setattr(file, "FILE", wrong)
    with pytest.raises(
        StoreFileError, match=r"personas\[10\]\.declaraties\[0\]\.prestaties\[0\].*0499 is no rubriek of record 04"
    ):
        file.read()

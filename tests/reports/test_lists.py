"""The data of the reports: complete, in the words of the lists that they rest on, each row with its reason and source."""

from __future__ import annotations

import pytest

from mzsim.reports.behandelindex import age_groups
from mzsim.reports.implantologiecodes import (
    DRUKKNOP,
    IMPLANTAAT,
    NO,
    PLACES,
    PROTHESE,
    REPAIRS,
    REPLACES,
    SOMETIMES,
    STEG,
    YES,
    codes_of,
    implantologiecodes,
    machtiging_needed,
)
from mzsim.store.shipped_files import path_of
from mzsim.store.verzekeraarsbestand import read_file


@pytest.fixture(scope="module")
def nza() -> dict[str, str]:
    """Code to name, of the chapter implantology of 2026."""
    content = read_file(path_of("@nza-2026")).content
    return {p.code: p.omschrijving for p in content.prestatiecodes if p.code.startswith("J") and p.code[1:].isdigit()}


def test_every_code_of_the_chapter_is_in_it(nza: dict[str, str]) -> None:
    assert {code for code in implantologiecodes() if len(code) == 4} == set(nza)


def test_every_line_has_a_reason_a_source_and_known_values() -> None:
    for c in implantologiecodes().values():
        assert c.reason, c
        assert c.source, c
        assert c.machtiging in (YES, SOMETIMES, NO), c
        assert c.jaw in ("", "1", "2"), c
        assert c.part in ("", DRUKKNOP, IMPLANTAAT, PROTHESE, STEG), c
        assert c.role in ("", PLACES, REPLACES, REPAIRS), c
        assert bool(c.role) == bool(c.part) == bool(c.pieces), c
        assert c.role != REPAIRS or c.part == PROTHESE, c


WORDS = [
    ("Plaatsen eerste implantaat", IMPLANTAAT, PLACES),
    ("Plaatsen volgend implantaat", IMPLANTAAT, PLACES),
    ("Plaatsen van twee implantaten", IMPLANTAAT, PLACES),
    ("Vervangen", IMPLANTAAT, REPLACES),
    ("Plaatsen eerste drukknop", DRUKKNOP, PLACES),
    ("Plaatsen elke volgende drukknop", DRUKKNOP, PLACES),
    ("Verwijderen en vervangen drukknop", DRUKKNOP, REPLACES),
    ("Staaf ", STEG, PLACES),
    ("Elke volgende staaf", STEG, PLACES),
    ("Klikgebit in", PROTHESE, PLACES),
    ("Gedeeltelijk klikgebit", PROTHESE, PLACES),
    ("Gelijktijdig plaatsen volledig kunstgebit en klikgebit", PROTHESE, PLACES),
    ("Omvorming", PROTHESE, PLACES),
    ("Reparatie", PROTHESE, REPAIRS),
    ("Eenvoudige reparatie", PROTHESE, REPAIRS),
]


def test_the_role_follows_from_the_name(nza: dict[str, str]) -> None:
    for code, name in nza.items():
        roles = {(part, role) for begin, part, role in WORDS if name.startswith(begin)}
        c = implantologiecodes()[code]
        assert roles == ({(c.part, c.role)} if c.role else set()), (code, name)


def test_two_implants_in_the_lower_jaw_need_no_machtiging() -> None:
    """The one example that VGZ gives."""
    free = {c.code: (c.pieces, c.jaw) for c in implantologiecodes().values() if c.machtiging == NO}
    assert free == {"J049": (2, "2"), "J80": (2, "2")}


def test_patterns() -> None:
    assert codes_of(["J04*", "C11"]) == {f"J04{n}" for n in range(10)}
    assert codes_of(["J*"]) == set(implantologiecodes())
    assert codes_of(["*", "*1"]) == set()


def test_an_insurer_that_says_so_itself() -> None:
    assert machtiging_needed("J049", None) == NO
    assert machtiging_needed("J049", ("J*",)) == YES
    assert machtiging_needed("J040", ("P*",)) == NO
    assert machtiging_needed("J081", None) == SOMETIMES


def test_age_groups_leave_no_gaps() -> None:
    since = [group.since for group in age_groups()]
    assert since == sorted(set(since))
    assert since[0] == 0
    assert 18 in since
    assert all(group.reason and group.source for group in age_groups())

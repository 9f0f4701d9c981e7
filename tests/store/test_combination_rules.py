"""The rules on combinations in the store file and in the store, on every database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.common.errors import StoreFileError
from mzsim.domain.combination_rules import Asked
from mzsim.domain.earlier.credits import standing
from mzsim.domain.findings import Stage
from mzsim.store.facts import FactSource
from mzsim.store.history import HistorySource
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from mzsim.store.shipped_files import path_of
from tests.commands import play
from tests.factories import Message, make

RULE = "{{nummer: R1, prestaties: [A10], ingang: 2011-01-01, bron: b, tekst: t, {rest}}}"


def _load(store: Database, folder: Path, rest: str) -> None:
    path = folder / "store.yaml"
    path.write_text(f"combinatieregels:\n  - {RULE.format(rest=rest)}\n", "utf-8")
    load_file(store, path)


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("soort: verboden", "combinatieregels[0].soort: must be 'niet_met', 'alleen_met', 'alleen_na', 'niet_na', 'interval',"
         " 'maximum' or 'niet_beoordeeld'"),
        ("soort: niet_met, bereik: zitting", "combinatieregels[0]: is a rule of soort niet_met and must hold tegenhanger"),
        ("soort: niet_met", "combinatieregels[0]: is a rule of soort niet_met and must hold bereik, tegenhanger"),
        ("soort: niet_met, bereik: zitting, tegenhanger: [H1], aantal: 2",
         "combinatieregels[0]: is a rule of soort niet_met and may not hold aantal"),
        ("soort: interval, tegenhanger: [H1]",
         "combinatieregels[0]: is a rule of soort interval and must hold maanden or dagen"),
        ("soort: interval, tegenhanger: [H1], maanden: 1, dagen: 2",
         "combinatieregels[0]: may hold maanden or dagen, not both"),
        ("soort: interval, tegenhanger: [H1], maanden: 0", "combinatieregels[0].maanden: must be 1 or more"),
        ("soort: interval, tegenhanger: [H1], maanden: 1, bereik: zitting",
         "combinatieregels[0]: is a rule of soort interval and may not hold bereik"),
        ("soort: maximum, bereik: zitting", "combinatieregels[0]: is a rule of soort maximum and must hold aantal"),
        ("soort: alleen_na, tegenhanger: [H1], bereik: zitting, maanden: 3",
         "combinatieregels[0]: looks at one sitting and may not hold maanden or dagen; use bereik: patient"),
        ("soort: alleen_na, tegenhanger: [H1], bereik: kalendermaand",
         "combinatieregels[0]: is a rule of soort alleen_na; its bereik must be zitting or patient"),
        ("soort: niet_na, tegenhanger: [H1], bereik: zitting",
         "combinatieregels[0]: is a rule of soort niet_na, which looks at earlier days; its bereik must be patient"),
        ("soort: niet_beoordeeld", "combinatieregels[0]: is a rule of soort niet_beoordeeld and must hold uitleg"),
        ("soort: niet_met, bereik: zitting, tegenhanger: [H1], plaats: mond",
         "combinatieregels[0].plaats: must be 'element', 'vlak', 'kaak', 'kwadrant' or 'sextant'"),
        ("soort: niet_met, bereik: zitting, tegenhanger: [H-1]",
         "combinatieregels[0].tegenhanger[0]: must be a prestatiecode, with * as wildcard"),
        ("soort: niet_met, bereik: zitting, tegenhanger: [H1], kaak: 3",
         "combinatieregels[0].kaak: must be '1' or '2'"),
    ],
)  # fmt: skip
def test_a_rule_holds_what_belongs_to_its_kind(store: Database, tmp_path: Path, rest: str, what: str) -> None:
    with pytest.raises(StoreFileError) as error:
        _load(store, tmp_path, rest)
    assert str(error.value) == f"{tmp_path / 'store.yaml'}:2: {what}"


def test_a_rule_is_read_as_it_is_written(store: Database, tmp_path: Path) -> None:
    rest = 'soort: niet_met, bereik: zitting, tegenhanger: ["H*", X1], behalve: [H2], plaats: kaak, kaak: "1", einde: 2012-12-31'
    _load(store, tmp_path, rest)
    _load(store, tmp_path, rest)
    with store.read() as connection:
        (line,) = FactSource(connection, dt.date(2011, 5, 2)).combinatieregels()
    assert (line.nummer, line.prestaties, line.tegenhanger, line.behalve) == ("R1", ("A10",), ("H*", "X1"), ("H2",))
    assert (line.plaats, line.kaak, line.ingang, line.einde) == ("kaak", "1", "20110101", "20121231")
    assert not line.zelfde_zorgaanbieder
    assert line.maanden is None


def test_the_list_of_2026_can_be_loaded_and_what_can_not_be_seen_is_not_judged(store: Database) -> None:
    assert load_file(store, path_of("@nza-2026"))
    assert not load_file(store, path_of("@nza-2026"))
    with store.read() as connection:
        lines = FactSource(connection, dt.date(2026, 5, 2)).combinatieregels()
    assert {"C001-1", "U25-1"} <= {line.nummer for line in lines}
    assert "niet_beoordeeld" not in {line.soort for line in lines}


@pytest.fixture
def filled(inv_url: str, tmp_path: Path) -> Iterator[Database]:
    """A store with what two parties declared for one verzekerde, and what was credited of that."""
    store = open_store(inv_url)

    def declare(number: str, *records: dict[str, str], **header: str) -> None:
        message = Message(voorloop=make("01", r0116=number, **header)).add("02")
        for place, fields in enumerate(records):
            message.add("04", **{"r0432": f"{number}-{place}", **fields})
        play(store, tmp_path, bytes(message), stage=Stage.INSURER)

    declare(
        "F1",
        {"r0413": "H26", "r0415": "16", "r0414": "1", "r0416": "OM", "r0425": "2"},
        {"r0413": "H27", "r0408": "20110301"},
        {"r0413": "V71"},
        {"r0413": "H26", "r0409": "02"},
    )
    declare("F2", {"r0413": "V71", "r0433": "F1-2", "r0427": "C"}, {"r0413": "h26"})
    declare("F3", {"r0413": "H28"}, r0113="02")
    yield store
    store.close()


def _codes(source: HistorySource, asked: Asked, *, of: str = "20110331") -> set[str]:
    who = ["123456782", *(str(number) for number in range(700))]
    return {row.prestatiecode for row in standing(source.honoraria(who, asked, of, "20110331"))}


def test_what_was_granted_earlier(filled: Database) -> None:
    with filled.read() as connection:
        source = FactSource(connection, dt.date(2011, 5, 2)).history("12012345", {"0736"})
        every = Asked((), ("*",))
        assert _codes(source, every) == {"H26", "h26", "H28"}
        assert _codes(source, every, of="20110301") == {"H26", "H27", "h26", "H28"}
        assert _codes(source, Asked(("H26", "V71"), ())) == {"H26"}
        assert _codes(source, Asked(("H28",), ("H2*6", "V*"))) >= {"H28", "H26"}
        (row,) = source.honoraria(["123456782"], Asked(("H26",), ()), "0", "9")
        assert (row.prestatiecode, row.kaak, row.gebitselement, row.vlak, row.aantal) == ("H26", "1", "16", "OM", 2)
        (row,) = source.honoraria(["123456782"], Asked(("H28",), ()), "0", "9")
        assert row.agb != "12012345"


def test_zonder_eerdere_berichten_is_er_geen_historie(inv_url: str) -> None:
    store = open_store(inv_url)
    with store.read() as connection:
        assert not FactSource(connection, dt.date(2011, 5, 2)).has_history({"0736"})
    store.close()

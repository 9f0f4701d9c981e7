"""The rules on combinations in the store file and in the store, on every database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.common.errors import StoreFileError
from mzsim.domain.combination_rules import Gevraagd
from mzsim.domain.earlier.credits import standing
from mzsim.domain.findings import Stage
from mzsim.store.facts import Feitenbron
from mzsim.store.history import Historiebron
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store
from mzsim.store.shipped_files import plaats_van
from tests.commands import speel
from tests.factories import Bericht, maak

REGEL = "{{nummer: R1, prestaties: [A10], ingang: 2011-01-01, bron: b, tekst: t, {rest}}}"


def _laad(store: Database, map_: Path, rest: str) -> None:
    pad = map_ / "store.yaml"
    pad.write_text(f"combinatieregels:\n  - {REGEL.format(rest=rest)}\n", "utf-8")
    laad_bestand(store, pad)


@pytest.mark.parametrize(
    ("rest", "wat"),
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
def test_een_regel_houdt_wat_bij_zijn_soort_hoort(store: Database, tmp_path: Path, rest: str, wat: str) -> None:
    with pytest.raises(StoreFileError) as fout:
        _laad(store, tmp_path, rest)
    assert str(fout.value) == f"{tmp_path / 'store.yaml'}:2: {wat}"


def test_een_regel_wordt_gelezen_zoals_hij_geschreven_is(store: Database, tmp_path: Path) -> None:
    rest = 'soort: niet_met, bereik: zitting, tegenhanger: ["H*", X1], behalve: [H2], plaats: kaak, kaak: "1", einde: 2012-12-31'
    _laad(store, tmp_path, rest)
    _laad(store, tmp_path, rest)
    with store.lezen() as verbinding:
        (regel,) = Feitenbron(verbinding, dt.date(2011, 5, 2)).combinatieregels()
    assert (regel.nummer, regel.prestaties, regel.tegenhanger, regel.behalve) == ("R1", ("A10",), ("H*", "X1"), ("H2",))
    assert (regel.plaats, regel.kaak, regel.ingang, regel.einde) == ("kaak", "1", "20110101", "20121231")
    assert not regel.zelfde_zorgaanbieder
    assert regel.maanden is None


def test_de_lijst_van_2026_is_te_laden_en_wat_niet_te_zien_is_wordt_niet_beoordeeld(store: Database) -> None:
    assert laad_bestand(store, plaats_van("@nza-2026"))
    assert not laad_bestand(store, plaats_van("@nza-2026"))
    with store.lezen() as verbinding:
        regels = Feitenbron(verbinding, dt.date(2026, 5, 2)).combinatieregels()
    assert {"C001-1", "U25-1"} <= {regel.nummer for regel in regels}
    assert "niet_beoordeeld" not in {regel.soort for regel in regels}


@pytest.fixture
def gevuld(inv_url: str, tmp_path: Path) -> Iterator[Database]:
    """A store with what two parties declared for one verzekerde, and what was credited of that."""
    store = open_store(inv_url)

    def declareer(nummer: str, *records: dict[str, str], **kop: str) -> None:
        bericht = Bericht(voorloop=maak("01", r0116=nummer, **kop)).voeg_toe("02")
        for plaats, velden in enumerate(records):
            bericht.voeg_toe("04", **{"r0432": f"{nummer}-{plaats}", **velden})
        speel(store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR)

    declareer(
        "F1",
        {"r0413": "H26", "r0415": "16", "r0414": "1", "r0416": "OM", "r0425": "2"},
        {"r0413": "H27", "r0408": "20110301"},
        {"r0413": "V71"},
        {"r0413": "H26", "r0409": "02"},
    )
    declareer("F2", {"r0413": "V71", "r0433": "F1-2", "r0427": "C"}, {"r0413": "h26"})
    declareer("F3", {"r0413": "H28"}, r0113="02")
    yield store
    store.sluit()


def _codes(bron: Historiebron, gevraagd: Gevraagd, *, van: str = "20110331") -> set[str]:
    wie = ["123456782", *(str(nummer) for nummer in range(700))]
    return {rij.prestatiecode for rij in standing(bron.honoraria(wie, gevraagd, van, "20110331"))}


def test_wat_eerder_toegekend_is(gevuld: Database) -> None:
    with gevuld.lezen() as verbinding:
        bron = Feitenbron(verbinding, dt.date(2011, 5, 2)).historie("12012345", "0736")
        alle = Gevraagd((), ("*",))
        assert _codes(bron, alle) == {"H26", "h26", "H28"}
        assert _codes(bron, alle, van="20110301") == {"H26", "H27", "h26", "H28"}
        assert _codes(bron, Gevraagd(("H26", "V71"), ())) == {"H26"}
        assert _codes(bron, Gevraagd(("H28",), ("H2*6", "V*"))) >= {"H28", "H26"}
        (rij,) = bron.honoraria(["123456782"], Gevraagd(("H26",), ()), "0", "9")
        assert (rij.prestatiecode, rij.kaak, rij.gebitselement, rij.vlak, rij.aantal) == ("H26", "1", "16", "OM", 2)
        (rij,) = bron.honoraria(["123456782"], Gevraagd(("H28",), ()), "0", "9")
        assert rij.agb != "12012345"


def test_zonder_eerdere_berichten_is_er_geen_historie(inv_url: str) -> None:
    store = open_store(inv_url)
    with store.lezen() as verbinding:
        assert not Feitenbron(verbinding, dt.date(2011, 5, 2)).heeft_historie("0736")
    store.sluit()

"""The data of the reports: complete, in the words of the lists that they rest on, each row with its reason and source."""

from __future__ import annotations

import pytest

from mzsim.reports.behandelindex import leeftijdsgroepen
from mzsim.reports.implantologiecodes import (
    DRUKKNOP,
    IMPLANTAAT,
    JA,
    NEE,
    PLAATST,
    PROTHESE,
    REPAREERT,
    SOMS,
    STEG,
    VERVANGT,
    codes_van,
    implantologiecodes,
    machtiging_nodig,
)
from mzsim.store.shipped_files import plaats_van
from mzsim.store.verzekeraarsbestand import lees_bestand


@pytest.fixture(scope="module")
def nza() -> dict[str, str]:
    """Code to name, of the chapter implantology of 2026."""
    inhoud = lees_bestand(plaats_van("@nza-2026")).inhoud
    return {p.code: p.omschrijving for p in inhoud.prestatiecodes if p.code.startswith("J") and p.code[1:].isdigit()}


def test_elke_code_van_het_hoofdstuk_staat_erin(nza: dict[str, str]) -> None:
    assert {code for code in implantologiecodes() if len(code) == 4} == set(nza)


def test_elke_regel_heeft_reden_bron_en_bekende_waarden() -> None:
    for c in implantologiecodes().values():
        assert c.reden, c
        assert c.bron, c
        assert c.machtiging in (JA, SOMS, NEE), c
        assert c.kaak in ("", "1", "2"), c
        assert c.onderdeel in ("", DRUKKNOP, IMPLANTAAT, PROTHESE, STEG), c
        assert c.rol in ("", PLAATST, VERVANGT, REPAREERT), c
        assert bool(c.rol) == bool(c.onderdeel) == bool(c.stuks), c
        assert c.rol != REPAREERT or c.onderdeel == PROTHESE, c


WOORDEN = [
    ("Plaatsen eerste implantaat", IMPLANTAAT, PLAATST),
    ("Plaatsen volgend implantaat", IMPLANTAAT, PLAATST),
    ("Plaatsen van twee implantaten", IMPLANTAAT, PLAATST),
    ("Vervangen", IMPLANTAAT, VERVANGT),
    ("Plaatsen eerste drukknop", DRUKKNOP, PLAATST),
    ("Plaatsen elke volgende drukknop", DRUKKNOP, PLAATST),
    ("Verwijderen en vervangen drukknop", DRUKKNOP, VERVANGT),
    ("Staaf ", STEG, PLAATST),
    ("Elke volgende staaf", STEG, PLAATST),
    ("Klikgebit in", PROTHESE, PLAATST),
    ("Gedeeltelijk klikgebit", PROTHESE, PLAATST),
    ("Gelijktijdig plaatsen volledig kunstgebit en klikgebit", PROTHESE, PLAATST),
    ("Omvorming", PROTHESE, PLAATST),
    ("Reparatie", PROTHESE, REPAREERT),
    ("Eenvoudige reparatie", PROTHESE, REPAREERT),
]


def test_de_rol_volgt_uit_de_naam(nza: dict[str, str]) -> None:
    for code, naam in nza.items():
        rollen = {(onderdeel, rol) for begin, onderdeel, rol in WOORDEN if naam.startswith(begin)}
        c = implantologiecodes()[code]
        assert rollen == ({(c.onderdeel, c.rol)} if c.rol else set()), (code, naam)


def test_twee_implantaten_in_de_onderkaak_zijn_machtigingsvrij() -> None:
    """The one example that VGZ gives."""
    vrij = {c.code: (c.stuks, c.kaak) for c in implantologiecodes().values() if c.machtiging == NEE}
    assert vrij == {"J049": (2, "2"), "J80": (2, "2")}


def test_patronen() -> None:
    assert codes_van(["J04*", "C11"]) == {f"J04{n}" for n in range(10)}
    assert codes_van(["J*"]) == set(implantologiecodes())
    assert codes_van(["*", "*1"]) == set()


def test_een_verzekeraar_die_het_zelf_zegt() -> None:
    assert machtiging_nodig("J049", None) == NEE
    assert machtiging_nodig("J049", ("J*",)) == JA
    assert machtiging_nodig("J040", ("P*",)) == NEE
    assert machtiging_nodig("J081", None) == SOMS


def test_leeftijdsgroepen_sluiten_aan() -> None:
    vanaf = [groep.vanaf for groep in leeftijdsgroepen()]
    assert vanaf == sorted(set(vanaf))
    assert vanaf[0] == 0
    assert 18 in vanaf
    assert all(groep.reden and groep.bron for groep in leeftijdsgroepen())

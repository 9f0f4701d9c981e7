"""Who declares and who is paid: the scenarios of INV table 2-2 and the cases of INV 2.3.2, as VECOZO judges them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.pipeline import Opdracht, replay
from mzsim.store.session import Database
from tests.factories import eenvoudig

LEEG = "00000000"
ZORGVERLENER, PRAKTIJK, INSTELLING, SERVICEBUREAU = "12004567", "12012345", "06290101", "98001234"


def _speel(store: Database, map_: Path, velden: dict[str, str]) -> Uitkomst:
    declaratie = map_ / "declaratie.asc"
    declaratie.write_bytes(bytes(eenvoudig(**velden)))
    return replay(Opdracht(declaratie, map_ / "retour.asc", dt.date(2011, 5, 2), Stage.VECOZO), store)


def _velden(
    uzovi: str, bureau: str, zorgverlener: str, praktijk: str, instelling: str, betaling: str
) -> dict[str, str]:
    return {
        "r0108": uzovi,
        "r0109": bureau,
        "r0110": zorgverlener,
        "r0111": praktijk,
        "r0112": instelling,
        "r0113": betaling,
    }


NAAR_VERZEKERAAR = {
    "1A, praktijk paid": (LEEG, ZORGVERLENER, PRAKTIJK, LEEG, "03"),
    "1A, zorgverlener paid": (LEEG, ZORGVERLENER, PRAKTIJK, LEEG, "02"),
    "1B": (LEEG, LEEG, LEEG, INSTELLING, "04"),
    "1C": (LEEG, ZORGVERLENER, LEEG, LEEG, "02"),
    "3A, servicebureau paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, LEEG, "01"),
    "3A, zorgverlener paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, LEEG, "02"),
    "3A, praktijk paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, LEEG, "03"),
    "3B, servicebureau paid": (SERVICEBUREAU, LEEG, LEEG, INSTELLING, "01"),
    "3B, instelling paid": (SERVICEBUREAU, LEEG, LEEG, INSTELLING, "04"),
    "3C, servicebureau paid": (SERVICEBUREAU, ZORGVERLENER, LEEG, LEEG, "01"),
    "3C, zorgverlener paid": (SERVICEBUREAU, ZORGVERLENER, LEEG, LEEG, "02"),
    "gezondheidscentrum 1, case 1": (LEEG, LEEG, LEEG, "37000320", "04"),
    "gezondheidscentrum 2, case 1": (LEEG, "04003333", "04000120", LEEG, "03"),
    "gezondheidscentrum 2, case 2": (LEEG, "01007777", "01000123", LEEG, "03"),
    "gezondheidscentrum 2, cases 3 and 4": (LEEG, LEEG, LEEG, "37000321", "04"),
    "rechtspersoon A, case 1": (LEEG, LEEG, LEEG, "17003000", "04"),
    "rechtspersoon B, case 1": (LEEG, "04003333", "04000120", LEEG, "03"),
    "rechtspersoon B, cases 2 and 4": (LEEG, LEEG, LEEG, "17002000", "04"),
    "rechtspersoon B, case 3": (LEEG, LEEG, LEEG, "37000543", "04"),
}

NAAR_SERVICEBUREAU = {
    "2A": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, LEEG, "03"),
    "2B": (SERVICEBUREAU, LEEG, LEEG, INSTELLING, "04"),
    "2C": (SERVICEBUREAU, ZORGVERLENER, LEEG, LEEG, "02"),
}


@pytest.mark.parametrize("partijen", NAAR_VERZEKERAAR.values(), ids=NAAR_VERZEKERAAR)
def test_naar_een_verzekeraar_wordt_doorgestuurd(
    partijen: tuple[str, str, str, str, str], store: Database, tmp_path: Path
) -> None:
    assert _speel(store, tmp_path, _velden("0736", *partijen)).status is Status.DOORGESTUURD


@pytest.mark.parametrize("partijen", NAAR_SERVICEBUREAU.values(), ids=NAAR_SERVICEBUREAU)
def test_naar_een_servicebureau_heeft_geen_uzovi_nummer(
    partijen: tuple[str, str, str, str, str], store: Database, tmp_path: Path
) -> None:
    uitkomst = _speel(store, tmp_path, _velden("0000", *partijen))
    assert [m.retourcode for m in uitkomst.meldingen][:1] == ["0018"]
    assert uitkomst.status is Status.AFGEKEURD_BESTAND


VERKEERD = {
    "a praktijk beside an instelling": (LEEG, LEEG, PRAKTIJK, INSTELLING, "04", ["0014", "0016"]),
    "a zorgverlener beside an instelling": (LEEG, ZORGVERLENER, LEEG, INSTELLING, "04", ["0014"]),
    "a gezondheidscentrum as zorgverlener": (LEEG, "37000320", LEEG, LEEG, "02", ["0014"]),
    "a rechtspersoon as praktijk": (LEEG, ZORGVERLENER, "17003000", LEEG, "03", ["0016"]),
    "paid to a party that is not named": (LEEG, ZORGVERLENER, PRAKTIJK, LEEG, "04", ["8029"]),
    "a servicebureau of another kind": ("12001234", ZORGVERLENER, PRAKTIJK, LEEG, "03", ["0013"]),
}


@pytest.mark.parametrize("geval", VERKEERD.values(), ids=VERKEERD)
def test_verkeerd_geadresseerd(
    geval: tuple[str, str, str, str, str, list[str]], store: Database, tmp_path: Path
) -> None:
    *partijen, codes = geval
    uitkomst = _speel(store, tmp_path, _velden("0736", *partijen))
    assert [m.retourcode for m in uitkomst.meldingen] == codes

"""Who declares and who is paid: the scenarios of INV table 2-2 and the cases of INV 2.3.2, as VECOZO judges them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.store.session import Database
from tests.factories import simple

EMPTY = "00000000"
ZORGVERLENER, PRAKTIJK, INSTELLING, SERVICEBUREAU = "12004567", "12012345", "06290101", "98001234"


def _play(store: Database, folder: Path, fields: dict[str, str]) -> Outcome:
    declaration = folder / "declaratie.asc"
    declaration.write_bytes(bytes(simple(**fields)))
    return replay(Order(declaration, folder / "retour.asc", dt.date(2011, 5, 2), Stage.VECOZO), store)


def _record_fields(
    uzovi: str, bureau: str, zorgverlener: str, praktijk: str, instelling: str, payment: str
) -> dict[str, str]:
    return {
        "r0108": uzovi,
        "r0109": bureau,
        "r0110": zorgverlener,
        "r0111": praktijk,
        "r0112": instelling,
        "r0113": payment,
    }


TO_INSURER = {
    "1A, praktijk paid": (EMPTY, ZORGVERLENER, PRAKTIJK, EMPTY, "03"),
    "1A, zorgverlener paid": (EMPTY, ZORGVERLENER, PRAKTIJK, EMPTY, "02"),
    "1B": (EMPTY, EMPTY, EMPTY, INSTELLING, "04"),
    "1C": (EMPTY, ZORGVERLENER, EMPTY, EMPTY, "02"),
    "3A, servicebureau paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, EMPTY, "01"),
    "3A, zorgverlener paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, EMPTY, "02"),
    "3A, praktijk paid": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, EMPTY, "03"),
    "3B, servicebureau paid": (SERVICEBUREAU, EMPTY, EMPTY, INSTELLING, "01"),
    "3B, instelling paid": (SERVICEBUREAU, EMPTY, EMPTY, INSTELLING, "04"),
    "3C, servicebureau paid": (SERVICEBUREAU, ZORGVERLENER, EMPTY, EMPTY, "01"),
    "3C, zorgverlener paid": (SERVICEBUREAU, ZORGVERLENER, EMPTY, EMPTY, "02"),
    "gezondheidscentrum 1, case 1": (EMPTY, EMPTY, EMPTY, "37000320", "04"),
    "gezondheidscentrum 2, case 1": (EMPTY, "04003333", "04000120", EMPTY, "03"),
    "gezondheidscentrum 2, case 2": (EMPTY, "01007777", "01000123", EMPTY, "03"),
    "gezondheidscentrum 2, cases 3 and 4": (EMPTY, EMPTY, EMPTY, "37000321", "04"),
    "rechtspersoon A, case 1": (EMPTY, EMPTY, EMPTY, "17003000", "04"),
    "rechtspersoon B, case 1": (EMPTY, "04003333", "04000120", EMPTY, "03"),
    "rechtspersoon B, cases 2 and 4": (EMPTY, EMPTY, EMPTY, "17002000", "04"),
    "rechtspersoon B, case 3": (EMPTY, EMPTY, EMPTY, "37000543", "04"),
}

TO_SERVICEBUREAU = {
    "2A": (SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, EMPTY, "03"),
    "2B": (SERVICEBUREAU, EMPTY, EMPTY, INSTELLING, "04"),
    "2C": (SERVICEBUREAU, ZORGVERLENER, EMPTY, EMPTY, "02"),
}


@pytest.mark.parametrize("parties", TO_INSURER.values(), ids=TO_INSURER)
def test_to_an_insurer_is_forwarded(parties: tuple[str, str, str, str, str], store: Database, tmp_path: Path) -> None:
    assert _play(store, tmp_path, _record_fields("0736", *parties)).status is Status.FORWARDED


@pytest.mark.parametrize("parties", TO_SERVICEBUREAU.values(), ids=TO_SERVICEBUREAU)
def test_to_a_servicebureau_is_forwarded_without_a_uzovi_number(
    parties: tuple[str, str, str, str, str], store: Database, tmp_path: Path
) -> None:
    outcome = _play(store, tmp_path, _record_fields("0000", *parties) | {"r0216": "1"})
    assert (outcome.status, outcome.meldingen) == (Status.FORWARDED, ())


@pytest.mark.parametrize("parties", TO_SERVICEBUREAU.values(), ids=TO_SERVICEBUREAU)
def test_to_nobody_is_rejected(parties: tuple[str, str, str, str, str], store: Database, tmp_path: Path) -> None:
    outcome = _play(store, tmp_path, _record_fields("0000", EMPTY, *parties[1:]))
    assert [m.retourcode for m in outcome.meldingen] == ["0018"]
    assert outcome.status is Status.REJECTED_FILE


WRONG = {
    "a praktijk beside an instelling": (EMPTY, EMPTY, PRAKTIJK, INSTELLING, "04", ["0014", "0016"]),
    "a zorgverlener beside an instelling": (EMPTY, ZORGVERLENER, EMPTY, INSTELLING, "04", ["0014"]),
    "a gezondheidscentrum as zorgverlener": (EMPTY, "37000320", EMPTY, EMPTY, "02", ["0014"]),
    "a rechtspersoon as praktijk": (EMPTY, ZORGVERLENER, "17003000", EMPTY, "03", ["0016"]),
    "paid to a party that is not named": (EMPTY, ZORGVERLENER, PRAKTIJK, EMPTY, "04", ["8029"]),
    "a servicebureau of another kind": ("12001234", ZORGVERLENER, PRAKTIJK, EMPTY, "03", ["0013"]),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_wrongly_addressed(case: tuple[str, str, str, str, str, list[str]], store: Database, tmp_path: Path) -> None:
    *parties, codes = case
    outcome = _play(store, tmp_path, _record_fields("0736", *parties))
    assert [m.retourcode for m in outcome.meldingen] == codes

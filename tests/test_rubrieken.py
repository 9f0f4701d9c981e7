"""Every rubriek of the layout has a check of its form, and every kind of defect in one is rejected; or the register says
why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from mzsim import standard
from mzsim.checks import REGISTER
from mzsim.checks.forms import (
    AGB,
    BTW_NUMMER,
    FILLED,
    FILLED_LEFT,
    LEFT,
    LEFT_NO_ZEROS,
    NUMERIC,
    POSTCODE,
    Form,
    one_of,
)
from mzsim.checks.not_checked import NOT_CHECKED
from mzsim.domain.findings import Status
from mzsim.standard.layout import KENMERK_OF_RECORD, Rubriek
from mzsim.store.templates import fresh_store
from tests.check_cases import STORE
from tests.commands import invoke
from tests.rubrieken import (
    INSTEAD,
    JUDGED,
    OUTSIDE,
    STORE_BESIDE,
    Answer,
    attempts,
    declaration,
    judge,
    layout_of,
    the_answers,
)

RUBRIEKEN = [rubriek for kenmerk in JUDGED for rubriek in layout_of(kenmerk).rubrieken]
_OF_FORM = {number for c in REGISTER.values() if c.level <= 4 for number in c.reads}
_WITHOUT_FORM = {number for line in NOT_CHECKED if line.defect == "form" for number in line.rubrieken}


def _of_structure(rubriek: Rubriek) -> str | None:
    """The check of levels 1 to 3 that every record undergoes, for what every record has."""
    if rubriek.obligation == "S":
        return "record-6"
    name = rubriek.nummer[2:] + rubriek.naam
    return {"01KENMERK RECORD": "record-2", "02IDENTIFICATIE DETAILRECORD": "record-4"}.get(name)


# The layout has a check or a reason at every rubriek.


@pytest.mark.parametrize("rubriek", RUBRIEKEN, ids=lambda rubriek: rubriek.nummer)
def test_a_rubriek_has_a_check_of_its_form_or_a_reason_why_not(rubriek: Rubriek) -> None:
    structure = _of_structure(rubriek)
    if structure is not None:
        assert REGISTER[structure].level <= 3
    else:
        assert (rubriek.nummer in _OF_FORM) != (rubriek.nummer in _WITHOUT_FORM)


def test_a_list_or_a_pattern_is_tried_from_outside() -> None:
    """Dates have a kind of defect of their own."""
    header, *lines = (files(standard) / "layouts" / "mz301.tsv").read_text("utf-8").splitlines()
    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    judged = [row for row in rows if KENMERK_OF_RECORD[row["record"]] in JUDGED]
    asked = {row["rubriek"] for row in judged if row["codelijst"] or row["patroon"] not in ("", "EEJJMMDD")}
    assert asked <= OUTSIDE.keys()


# What comes of each defect.


@cache
def _table() -> list[Answer]:
    return the_answers()


@pytest.mark.slow
@pytest.mark.parametrize("rubriek", ["", *INSTEAD])
def test_without_a_defect_the_declaration_is_approved(rubriek: str, tmp_path: Path) -> None:
    """Or the defects would show nothing."""
    (beside := tmp_path / "beside.yaml").write_text(STORE_BESIDE, "utf-8")
    with fresh_store((STORE, beside), tmp_path) as store:
        outcome = judge(store, tmp_path, declaration(rubriek))
    assert (outcome.status, outcome.meldingen) == (Status.FULLY_GRANTED, ())


@pytest.mark.slow
def test_a_defect_is_rejected_or_the_register_says_why_not() -> None:
    assert len(_table()) == len(list(attempts())) > 400
    passed = [(a.attempt.rubriek.nummer, a.attempt.defect) for a in _table() if not a.rejected and not a.reason]
    assert not passed


@pytest.mark.slow
def test_a_reason_is_not_given_for_what_is_rejected() -> None:
    passed = {(a.attempt.rubriek.nummer, a.attempt.defect) for a in _table() if not a.rejected}
    reasons = {(number, line.defect) for line in NOT_CHECKED for number in line.rubrieken if line.defect != "form"}
    assert reasons <= passed


@pytest.mark.slow
def test_a_defect_of_a_rubriek_is_not_blamed_on_another_record() -> None:
    """A key is that of the prestatierecords too."""
    for answer in _table():
        kenmerk = answer.attempt.rubriek.nummer[:2]
        named = {id[:2] for id in re.findall(r"\((\d{4})-", answer.rejected)}
        assert named <= {kenmerk}, answer


def test_the_register_shows_what_is_not_checked() -> None:
    everything = invoke("controles", "--markdown").output
    for line in NOT_CHECKED:
        assert f"| {line.defect} | {', '.join(line.rubrieken)} | {line.why} |" in everything
    assert "stands for an address without a house number" in invoke("controles", "--rubriek", "0219").output
    assert "let pass" not in invoke("controles", "--rubriek", "0408").output


# The forms.

_FORMS: Mapping[str, tuple[Form, list[bytes], list[bytes]]] = {
    "digits": (NUMERIC, [b"0000", b"0123"], [b"    ", b" 123", b"123 ", b"12.3", b"+123", b"\xb2\xb3\xb9\xb2"]),
    "left aligned": (
        LEFT,
        [b"    ", b"A   ", b"A  B", b"0000", b"\t   ", b"\xa0   ", b"A\n\r\0"],
        [b" A  ", b"   A", b" \n  ", b"  \0 "],
    ),
    "filled": (FILLED, [b"A   ", b"   A", b"0000", b"  \n "], [b"    "]),
    "filled and left aligned": (FILLED_LEFT, [b"A   ", b"0   ", b"A  B"], [b"    ", b" A  ", b"   A"]),
    "left aligned, no zeros": (
        LEFT_NO_ZEROS,
        [b"    ", b"A   ", b"00A ", b"0\n  "],
        [b" A  ", b"0000", b"0   ", b" 0  ", b"00 0"],
    ),
    "kind and number": (
        AGB,
        [b"00000000", b"12000001", b"01999999", b"1200000X", b"0000000X", b"        "],
        [b"00000001", b"00120000", b"12000000", b"99000000"],
    ),
    "BTW-nummer": (
        BTW_NUMMER,
        [b" " * 14, b"NL000000000B00"],
        [b"0" * 14, b"NL000000000b00", b"NL000000000B0 ", b" NL00000000B00"],
    ),
    "postcode": (
        POSTCODE,
        [b"      ", b"1000AA", b"9999ZZ"],
        [b"0999ZZ", b"1000aa", b"1000 A", b"10000A", b"000000", b"1000A\xc0"],
    ),
    "one of": (one_of("0", "2"), [b"0", b"2"], [b"1", b" ", b"\0"]),
}


@pytest.mark.parametrize(("form", "fits", "not_so"), _FORMS.values(), ids=list(_FORMS))
def test_a_form_fits_the_whole_value(form: Form, fits: list[bytes], not_so: list[bytes]) -> None:
    pattern = re.compile(form.pattern, re.DOTALL)
    assert all(map(pattern.fullmatch, fits))
    assert not any(map(pattern.fullmatch, not_so))


def test_one_of_says_what_a_value_may_be() -> None:
    assert one_of("01").objection == "is not 01"
    assert one_of("0", "1", "2").objection == "is not 0, 1 or 2"

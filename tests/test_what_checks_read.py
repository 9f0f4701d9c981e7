"""No check reads more than it is registered for: of the record, and of what it knows beside it.

On it rely the short way of `known_verdicts`, and the rule that a check of levels 5 to 7 judges only values that passed levels
3 and 4. What a check can read is known by its source, on every branch; played on every case it is seen to read no more,
and to tell no days of one tijdvak apart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mzsim.checks import REGISTER
from mzsim.checks import surroundings as omgevingen
from mzsim.checks.grant import Bill
from mzsim.checks.prestatie import ZVW_START
from mzsim.checks.register import checks
from mzsim.checks.surroundings import ALL_FIELDS, Surroundings
from mzsim.domain.check import Check
from mzsim.standard.layout import layouts
from mzsim.standard.records import Debiteurrecord, Prestatierecord, Verzekerdenrecord, Voorlooprecord
from mzsim.store.templates import fresh_store
from tests.check_cases import STORE, all_cases, play
from tests.factories import make, record, simple
from tests.source_reads import CannotFollowError, reads
from tests.watching import (
    NUMBERS,
    Nothing,
    ReadTooMuchError,
    allowed_fields,
    allowed_rubrieken,
    by_source,
    every_check,
    perform,
)

OF_RECORDS = checks("verzekerde", "prestatie")
OF_DEBITEUREN = tuple(c for c in checks("debiteur") if c.rubriek)
OF_PRESTATIES = checks("prestatie")
_CATEGORY = {
    "voorloop": Voorlooprecord,
    "verzekerde": Verzekerdenrecord,
    "debiteur": Debiteurrecord,
    "prestatie": Prestatierecord,
}


def ids(checks: tuple[Check, ...]) -> Any:
    return pytest.mark.parametrize("check", checks, ids=[c.id for c in checks])


def rubrieken_by_source(check: Check) -> frozenset[str]:
    """The rubrieken of its own record that a check can read, by its source."""
    return frozenset(NUMBERS[_CATEGORY[check.part]][name] for name in by_source(check)[0])


# What a check can read, by its source.


@ids((*OF_RECORDS, *OF_DEBITEUREN))
def test_a_check_can_read_only_what_it_is_registered_for(check: Check) -> None:
    assert by_source(check)[1] <= allowed_fields(check)
    assert rubrieken_by_source(check) <= allowed_rubrieken(check)


def test_a_check_of_an_amount_reads_its_account_only() -> None:
    """It is given nothing else."""
    for check in checks("toekenning"):
        assert check.function.__annotations__ == {"r": Bill.__name__, "return": "bool"}


def test_checks_of_lines_read_what_they_like() -> None:
    """Those of the file and of all lines are of levels 1 to 3: nothing decides whether they are performed."""
    assert {c.level for c in checks("bestand", "alle", "debiteur") if not c.rubriek} <= {1, 2, 3}


def test_every_field_of_omgeving_has_its_place() -> None:
    """What no check may count on but one that is performed each time: how the record at hand is cut up and dated."""
    groups = (
        omgevingen.OF_MESSAGE,
        omgevingen.OF_VERZEKERDE,
        omgevingen.OF_REFERENCE | omgevingen.ELSEWHERE,
        frozenset({"verzekerde_stood_at", "debiteur_fits"}),
        frozenset({"key", "manner", "content", "datum_prestatie"}),
        frozenset({"stretch", "cover_stretch", "nothing_elsewhere", "machtiging", "limited_machtigingen"}),
    )
    assert Counter(name for group in groups for name in group) == Counter(ALL_FIELDS)


def test_what_decides_by_content_is_not_stopped_from_elsewhere() -> None:
    """The checks `per` inhoud are performed first, so no other check makes unreadable what they judge by."""
    stops = {rubriek for c in OF_PRESTATIES if c.per != "inhoud" and c.level <= 4 for rubriek in c.reads}
    assert stops == {"0432", "0433"}
    assert {c.id for c in OF_PRESTATIES if c.per == "inhoud" and stops & c.reads} == set()


# What decides whether a check is performed.

_FOUND_BY = {
    "person": {"0203", "0205"},
    "verzekerde_stood_at": {"0203", "0204", "0205"},
    "debiteur_fits": {"0222"},
    "own_uzovi": {"0204"},
    "polissen": {"0203", "0204", "0205"},
    "number_known": {"0204", "0205"},
    "fitting": {"0204", "0205", "0207"},
    "reference": {"0432"},
    "reference_stood_at": {"0432"},
    "previous_reference": {"0433"},
    "previous_stood_at": {"0431", "0433"},
    "factuurnummer_gebruikt": {"0109", "0110", "0111", "0112", "0113", "0116"},
    "contracten": {"0108", "0109", "0110", "0111", "0112", "0113"},
    "oudste_dagtekening": {"0108"},
}
"""Rubrieken by which what stands in the surroundings was found. `geboortedatum` is None where 0207 is no date; what other
records, earlier declarations and authorisations say was judged elsewhere, by what the check names in `reads`. Where the
BSN is unknown 0207 finds the person and his polissen as well; if it can't be read, his verzekerdenrecord is rejected."""


_ZEROS_ONLY = {"0113-2": {"0109", "0110", "0111", "0112"}}
"""Rubrieken of which a check objects to nothing but zeros, which pass levels 3 and 4."""


@pytest.mark.parametrize("rubriek", sorted(_ZEROS_ONLY["0113-2"]))
@pytest.mark.parametrize("value", ["        ", "0000000 ", "A2345678", "12345678", "00000000"])
def test_a_party_is_missing_only_where_it_is_zeros(rubriek: str, value: str) -> None:
    at = {"0109": "01", "0110": "02", "0111": "03", "0112": "04"}[rubriek]
    fields = make("01", r0113=at, **{f"r{rubriek}": value})
    verdict = REGISTER["0113-2"].function(Voorlooprecord(record("01", fields)), None)
    assert verdict == (value == "00000000")


def judged_by(check: Check) -> frozenset[str]:
    """The rubrieken that decide the verdict of a check: of its record, of the verzekerdenrecord above it, and those by
    which its surroundings were found."""
    found = rubrieken_by_source(check) - _ZEROS_ONLY.get(check.id, set())
    for path in list(reads(check.function).values())[1]:
        field, _, name = path.partition(".")
        if field == "verzekerde" and name:
            found |= {NUMBERS[Verzekerdenrecord][name]}
        elif check.part == "voorloop" or field != "contracten":
            found |= _FOUND_BY.get(field, set())
    return found


@cache
def can_be_unreadable(part: str) -> frozenset[str]:
    """Rubrieken that may fail levels 3 and 4; any other is as good as its bytes."""
    above = () if part == "voorloop" else ("verzekerde",)
    parts = {*above, part}
    return frozenset().union(*(c.reads for c in REGISTER.values() if c.part in parts and c.level <= 4))


@ids(tuple(c for c in (*checks("voorloop", "verzekerde", "prestatie"), *OF_DEBITEUREN) if c.level > 4))
def test_a_check_judges_only_what_passed_levels_3_and_4(check: Check) -> None:
    """A check of level 3 or 4 itself is performed whatever it reads, and makes unreadable just what it names."""
    assert judged_by(check) & can_be_unreadable(check.part) <= check.reads


def test_a_sluitrecord_and_commentaar_have_nothing_that_stops_a_check() -> None:
    assert {c.level for c in checks("sluit")} == {5}
    assert {c.level for c in checks("commentaar")} == {3}


# What `nothing_elsewhere` stands for, and what a record that is no credit says.

_REFERENCE, _ANOTHER = b"R1".ljust(20), b"R0".ljust(20)
_NOTHING_ELSEWHERE = {
    "line": 7,
    "record_sets": {},
    "equal": False,
    "split": False,
    "retrospect": None,
}


class _Unused:
    """References that were used before, of which the one at hand is none."""

    def __contains__(self, reference: bytes) -> bool:
        assert reference == _REFERENCE
        return False


def _objects_without_reading(check: Check) -> bool:
    """Whether a check objects where what it relies on says that nothing is wrong; it can read nothing else."""
    if check.per == "reeks":
        return check.function(
            Nothing(debet_credit_02=b"D") if check.id == "0413-4" else Nothing(), Nothing(**_NOTHING_ELSEWHERE)
        )
    if check.per == "machtiging":
        return check.function(Nothing(), Nothing(machtiging=None))
    if check.per == "referentie":
        first = {"line": 7, "reference_stood_at": 7, "reference": _REFERENCE, "used_references": _Unused()}
        return any(
            check.function(
                Nothing(referentienummer=_REFERENCE, vorig_referentienummer=previous),
                Nothing(**first, previous_reference=previous, previous_stood_at=7),
            )
            for previous in (b" " * 20, _ANOTHER)
        )
    return any(check.function(Nothing(debet_credit_02=sign), Nothing()) for sign in (b"D", b"X", b" "))


@ids(tuple(c for c in OF_PRESTATIES if c.per in ("reeks", "machtiging", "referentie", "credit")))
def test_a_check_needs_nothing_else_to_find_nothing_wrong(check: Check) -> None:
    assert not _objects_without_reading(check)


@ids(tuple(c for c in OF_PRESTATIES if c.per == "machtiging"))
@pytest.mark.parametrize("number", [b" " * 15, b"UNKNOWN".ljust(15)])
def test_without_an_authorisation_only_whether_one_is_named_decides(check: Check, number: bytes) -> None:
    """Of those that the insurer doesn't know; whatever else a check would read raises."""
    unknown = Nothing(machtiging=Nothing(machtiging=None))
    assert check.function(Nothing(machtigingsnummer=number), unknown) in (True, False)


# What a check reads on every case, and on records like them.


def _variants(rng: random.Random, seen: list[bytes]) -> Any:
    """Records like one: with another value in some rubrieken, or with those of a record that was seen before."""

    def variants(heen: bytes) -> Iterator[bytes]:
        layout = layouts("mz301")[heen[:2]]
        lijken = [other for other in seen if other[:2] == heen[:2]]
        for _ in range(3):
            new = bytearray(heen[:310])
            for rubriek in rng.sample(layout.rubrieken[2:], k=4):
                value = bytes(rng.choices(b"0123456789 ABDCJNMX*", k=rubriek.length))
                source = rng.choice([*lijken, None])
                new[rubriek.plaats] = value if source is None else source[rubriek.plaats]
            yield bytes(new)
        seen.append(heen[:310])
        del seen[:-50]

    return variants


_PARTS = 4
"""In which the cases are played, so that processes can share the work."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_a_check_reads_no_more_than_it_may_on_any_case(part: int, tmp_path: Path) -> None:
    """Each objects to some of its own, and to others it does not."""
    of_part = {id for id in sorted(REGISTER)[part::_PARTS] if REGISTER[id].part in _CATEGORY}
    with every_check(_variants(random.Random(part), [])) as seen:
        for number, (check, case) in enumerate((c, case) for c, case in all_cases() if c in of_part):
            (folder := tmp_path / str(number)).mkdir()
            with fresh_store((STORE,), tmp_path) as store:
                play(check, case, store, folder)
    assert {(c.id, verdict) for c in OF_RECORDS if c.id in of_part for verdict in (True, False)} <= seen.keys()


# The tests of these tests: checks that are registered wrongly.


def _birthday(p: Prestatierecord, o: Surroundings) -> bool:
    """Reads a date of birth, as 0408-2 does."""
    return o.geboortedatum is not None and p.datum < o.geboortedatum


def _seen_today(p: Prestatierecord, o: Surroundings) -> bool:
    """Compares 0408 with a day on which no tijdvak begins."""
    return p.datum > o.today


def _hidden(p: Prestatierecord, o: Surroundings) -> bool:
    """Reads another rubriek on a branch that is hardly ever taken."""
    return p.tarief == b"12345678" and p.referentienummer == p.machtigingsnummer


def _as_a_whole(p: Prestatierecord, o: Surroundings) -> bool:
    return hash(p) == 1


def _stale(v: Verzekerdenrecord, o: Surroundings) -> bool:
    return o.reference == b""


def _objects(p: Prestatierecord, o: Surroundings) -> bool:
    """Objects though nothing elsewhere speaks against the record."""
    return p.soort == b"09"


def _registered(id: str, function: Any, **otherwise: Any) -> Check:
    return REGISTER[id]._replace(function=function, **otherwise)


def _surroundings(**otherwise: Any) -> Any:
    empty = dict.fromkeys(ALL_FIELDS)
    return SimpleNamespace(**empty | {"today": b"20110502", "geboortedatum": b"19541210", "wlz": False} | otherwise)


_HEEN = bytes(simple()).split(b"\r\n")[2]


def test_the_date_of_birth_as_content_is_found() -> None:
    """The mistake by which the verdicts of one verzekerde would be given to another."""
    for check in (REGISTER["0408-2"]._replace(per="inhoud"), _registered("0408-1", _birthday)):
        with pytest.raises(AssertionError):
            test_a_check_can_read_only_what_it_is_registered_for(check)
        with pytest.raises(ReadTooMuchError, match=r"reads geboortedatum of SimpleNamespace"):
            perform(check, _HEEN, _surroundings(), [ZVW_START])


def test_days_that_are_told_apart_within_a_tijdvak_are_found() -> None:
    check = _registered("0408-3", _seen_today)
    test_a_check_can_read_only_what_it_is_registered_for(check)
    with pytest.raises(ReadTooMuchError, match="tells days of one tijdvak apart"):
        perform(check, _HEEN, _surroundings(), [b"20110430~"])
    assert perform(check, _HEEN, _surroundings(), [b"20110502~"]).verdict is False


def test_what_a_check_reads_on_a_hidden_branch_is_found() -> None:
    check = _registered("0424-1", _hidden)
    assert perform(check, _HEEN, _surroundings()).verdict is False
    with pytest.raises(AssertionError):
        test_a_check_can_read_only_what_it_is_registered_for(check)


def test_a_check_that_takes_the_record_as_a_whole_is_refused() -> None:
    with pytest.raises(CannotFollowError):
        by_source(_registered("0424-1", _as_a_whole))


def test_a_check_of_a_verzekerde_that_reads_of_the_record_before_is_found() -> None:
    check = _registered("0208-1", _stale)
    with pytest.raises(AssertionError):
        test_a_check_can_read_only_what_it_is_registered_for(check)
    with pytest.raises(ReadTooMuchError):
        perform(check, bytes(simple()).split(b"\r\n")[1], _surroundings())


def test_a_check_of_a_set_that_objects_by_itself_is_found() -> None:
    with pytest.raises(ReadTooMuchError):
        _objects_without_reading(_registered("0409-2", _objects))


def test_a_check_that_does_not_name_what_it_reads_is_found() -> None:
    check = REGISTER["0430-2"]
    test_a_check_judges_only_what_passed_levels_3_and_4(check)
    with pytest.raises(AssertionError):
        test_a_check_judges_only_what_passed_levels_3_and_4(check._replace(reads=frozenset({"0430"})))

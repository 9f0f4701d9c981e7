"""The rules for a set of prestatierecords: INV 4.4.1 (Zvw), 4.7.1 (Wlz, A1-A9 and B1-B7) and 4.8 (reiskosten).

A rule judges one record among all of its verzekerde. It may look ahead, so an extra reading of the file
(`reading/set_reading.py`) performs the rules and keeps what they object to by line; the check in the register looks that
up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Per
from mzsim.domain.sets import RecordSets, Role
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import DEBET

Predicate = Callable[[RecordSets, int], bool]

_PER: Per = "reeks"
# The rubrieken by which a record has its place in a set.
_PLACE = ("0408", "0409", "0413", "0431")
_ALL = tuple(r.nummer for r in layouts("mz301")[b"04"].rubrieken if r.nummer not in ("0401", "0402", "0432"))


class SetRule(NamedTuple):
    """A rule: the check it belongs to, whether it judges credits too, whether every record of the set must be readable,
    and whether it is for the Wlz only, where a role does not tell that."""

    id: str
    predicate: Predicate
    also_credit: bool
    whole_record_set: bool
    only_wlz: bool


_RULES: dict[Role, list[SetRule]] = {role: [] for role in Role}


def _look_up(id: str, sentence: str | None) -> Callable[[Prestatierecord, Surroundings], bool]:
    """The check that finds what the extra reading has judged."""

    def looked_up(p: Prestatierecord, o: Surroundings) -> bool:
        return id in o.record_sets.get(o.line, ())

    looked_up.__doc__ = sentence
    return looked_up


def set_check(
    id: str,
    *roles: Role,
    source: str,
    remedy: str,
    retourcode: str = "0634",
    also_credit: bool = False,
    whole_record_set: bool = True,
    only_wlz: bool = False,
    reads: tuple[str, ...] = (),
) -> Callable[[Predicate], Predicate]:
    """Enters the decorated rule, for records with one of these roles, as a check of level 5 by VECOZO and insurer.

    With `also_credit` it judges credits too; without `whole_record_set` it looks at days rather than at sets; with
    `only_wlz` it leaves messages of the Zvw alone.
    """

    def enter(predicate: Predicate) -> Predicate:
        registration = check(
            id, 5, "prestatie", retourcode, "VZ", source=source, remedy=remedy, reads=(*_PLACE, *reads), per=_PER
        )
        registration(_look_up(id, predicate.__doc__))
        for role in roles:
            _RULES[role].append(SetRule(id, predicate, also_credit, whole_record_set, only_wlz))
        return predicate

    return enter


def objections(record_sets: RecordSets, *, wlz: bool) -> Iterator[tuple[int, str]]:
    """What the rules object to among the records of a verzekerde: line number and check id."""
    for place, member in enumerate(record_sets.members):
        location = record_sets.spots[place]
        if location is None:
            continue
        for rule in _RULES[member.role]:
            if (member.credit and not rule.also_credit) or (rule.only_wlz and not wlz):
                continue
            if rule.whole_record_set and location.record_set.unreadable:
                continue
            if rule.predicate(record_sets, place):
                yield member.line, rule.id


@set_check(
    "0409-2", Role.KOSTEN,
    source="INV 4.4.1, 4.7.1 B1, B3, B4",
    remedy="Put the 02 or 04 directly behind the 01 with the same prestatiecode (0413).",
    also_credit=True,
)  # fmt: skip
def does_not_follow_directly(r: RecordSets, i: int) -> bool:
    """A record 02 or 04 does not directly follow its 01, which is in the file."""
    own = r.own(i)
    return (
        own is not None
        and own != i - 1
        and r.location(i).bundle is None
        and not (r.second(i, b"02", b"04") or r.from_beside(i) or r.elsewhere_in_bundle(i))
    )


@set_check(
    "0409-3", Role.KOSTEN,
    source="INV 4.4.1, 4.7.1 B3",
    remedy="Declare all costs of material, technique and laboratory of a 01 in one 02 or 04.",
)  # fmt: skip
def second_costs(r: RecordSets, i: int) -> bool:
    """A record 02 or 04 is the second for one 01."""
    return r.location(i).bundle is None and r.second(i) and not r.from_beside(i)


@set_check(
    "0409-4", Role.KOSTEN,
    source="INV 4.4.1, 4.7.1",
    remedy="Declare the costs of a day either as 02 or as 04; with laboratory costs all of them as 02.",
    whole_record_set=False,
)  # fmt: skip
def both_kinds_costs(r: RecordSets, i: int) -> bool:
    """Both 02 and 04 are declared for one verzekerde and datum prestatie."""
    member = r.members[i]
    return r.costs_kind[member.date] != member.kind


@set_check(
    "0409-8", Role.INFORMATIE,
    source="INV 4.7.1 A5",
    remedy="Put the 01 with U25 or U35 before its 03; in the B-variant leave out the 03.",
)  # fmt: skip
def information_without_hours(r: RecordSets, i: int) -> bool:
    """A record 03 has no 01 with U25 or U35 before it in its set."""
    return r.location(i).bundle is None


@set_check(
    "0409-9", Role.TIME,
    source="INV 4.7.1",
    remedy="Add at least one 03 behind the 01 with U25 or U35, to say what was done in the hours.",
)  # fmt: skip
def hours_without_information(r: RecordSets, i: int) -> bool:
    """A record 01 with U25 or U35 has no 03."""
    location = r.location(i)
    assert location.bundle is not None
    return not location.bundle.information and not location.record_set.loose_information


@set_check(
    "0409-10", Role.INFORMATIE, Role.KOSTEN,
    source="INV 4.7.1 A1, A2, A6",
    remedy="Put the records of a set in the order 01, then every 03, then every 02 or 04.",
    also_credit=True,
)  # fmt: skip
def order_wrong(r: RecordSets, i: int) -> bool:
    """A record 03, 02 or 04 breaks the order of its set: first the 01 with U25 or U35, then the 03, then the 02 or 04."""
    member, location = r.members[i], r.location(i)
    if location.bundle is None:
        return member.role is Role.KOSTEN and r.elsewhere_in_bundle(i)
    in_bundle = member.role is Role.INFORMATIE or location.bundle.information[member.code] > 0
    return in_bundle and not location.in_order and not r.from_beside(i)


@set_check(
    "0409-11", Role.KOSTEN,
    source="INV 4.7.1 A3, A6",
    remedy="Declare in a 02 or 04 the prestatiecode of a 03 of the set, and all costs of that 03 in one record.",
)  # fmt: skip
def costs_without_information(r: RecordSets, i: int) -> bool:
    """A record 02 or 04 has a prestatiecode that is in none of the 03 of its set, or is the second for that 03."""
    member, location = r.members[i], r.location(i)
    return (
        location.bundle is not None
        and bool(location.bundle.information)
        and location.volgnummer >= location.bundle.information[member.code]
        and not r.from_beside(i)
    )


@set_check(
    "0409-12", Role.INFORMATIE, Role.KOSTEN,
    source="INV 4.7.1",
    remedy="Give all records of a set the datum prestatie (0408) and the behandelaar (0420) of its 01.",
    also_credit=True,
    reads=("0420",),
)  # fmt: skip
def other_day_or_behandelaar(r: RecordSets, i: int) -> bool:
    """A record 03, 02 or 04 names another datum prestatie or behandelaar than the 01 with U25 or U35 of its set."""
    member, bundle = r.members[i], r.location(i).bundle
    if bundle is None or r.from_beside(i):
        return False
    time = r.members[bundle.time]
    return (member.date, member.behandelaar) != (time.date, time.behandelaar)


@set_check(
    "0409-13", Role.HONORARIUM,
    source="INV 4.7.1 A4",
    remedy="Declare what was done in the hours in a 03; beside U25 and U35 only the prestatiecodes of INV 4.7.1 A4 may"
    " stand in a 01.",
    whole_record_set=False,
    reads=("0420",),
)  # fmt: skip
def not_beside_hours(r: RecordSets, i: int) -> bool:
    """A record 01 has a prestatiecode that may not be declared beside U25 or U35 of the same verzekerde, datum prestatie
    and behandelaar."""
    return r.beside_hours(i)


@set_check(
    "0409-14", Role.BESIDE, Role.REISKOSTEN, Role.INFORMATIE, Role.KOSTEN,
    source="INV 4.7.1 A4, A7, A8, B5",
    remedy="Put a 01 beside U25 or U35, and reiskosten, behind the set of the hours and without a 02, 03 or 04 of its own.",
)  # fmt: skip
def beside_not_on_its_own(r: RecordSets, i: int) -> bool:
    """A record 01 beside U25 or U35, or with reiskosten, has a 02, 03 or 04 of its own or comes before the hours."""
    member = r.members[i]
    if member.role in (Role.INFORMATIE, Role.KOSTEN):
        return r.from_beside(i)
    return r.time.get(member.date, i) > i


@set_check(
    "0409-15", Role.KOSTEN,
    source="INV 4.7.1, last sentence",
    remedy="Give a 02 or 04 the behandelaar (0420) of its 01.",
    only_wlz=True,
    reads=("0420",),
)  # fmt: skip
def costs_of_other_behandelaar(r: RecordSets, i: int) -> bool:
    """A record 02 or 04 in the B-variant of the Wlz names another behandelaar than its 01."""
    basis = r.basis(i)
    return (
        basis is not None
        and r.location(i).bundle is None
        and not r.from_beside(i)
        and r.members[basis].behandelaar != r.members[i].behandelaar
    )


@set_check(
    "0413-5", Role.TIME,
    source="INV 4.9.1",
    remedy="Add up the hours of a day in one record with U25 or U35.",
    retourcode="0587",
    whole_record_set=False,
    reads=("0420",),
)  # fmt: skip
def second_hours(r: RecordSets, i: int) -> bool:
    """A record with U25 or U35 is the second of the same verzekerde, datum prestatie and behandelaar."""
    return i in r.second_hours


@set_check(
    "0413-12", Role.REISKOSTEN,
    source="INV 4.7.1 A8, 4.8",
    remedy="Declare reiskosten together with what the behandelaar did for that cliënt on that day; after a rejection, credit"
    " that and declare it again with them.",
    whole_record_set=False,
    reads=("0420",),
)  # fmt: skip
def reiskosten_without_treatment(r: RecordSets, i: int) -> bool:
    """Reiskosten stand at a verzekerde for whom the behandelaar declares nothing else on that datum prestatie."""
    return not r.treated(i)


@check(
    "0413-4", 5, "prestatie", "0587", "VZ",
    source="INV 2.3.18",
    remedy="Declare a prestatie that was done more than once on a day in one record, with the number in 0425.",
    reads=_ALL,
    per=_PER,
)  # fmt: skip
def same_record(p: Prestatierecord, o: Surroundings) -> bool:
    """A debet record is the same as an earlier record in the file in all but 0402 and 0432."""
    return o.equal and p.debet_credit_02 == DEBET


@check(
    "0413-11", 5, "prestatie", "0587", "VZ",
    source="INV 2.3.18",
    remedy="Declare a prestatie that was done more than once on a day in one record, with the sum of the numbers in 0425.",
    reads=_ALL,
    per=_PER,
)  # fmt: skip
def split_record(p: Prestatierecord, o: Surroundings) -> bool:
    """A debet record 01 is the same as an earlier record in the file in all but 0402, 0432, 0425 and the amounts that follow
    from it (not U25, U35 and reiskosten; 0430 is 0426 in both)."""
    return o.split


@check(
    "0413-7", 5, "prestatie", "0634", "VZ",
    source="INV 4.8",
    remedy="Declare reiskosten at the first cliënt for whom the behandelaar declares a treatment on that day.",
    reads=(*_PLACE, "0420"),
    per=_PER,
)  # fmt: skip
def reiskosten_at_other_client(p: Prestatierecord, o: Surroundings) -> bool:
    """Reiskosten stand at another than the first cliënt of that behandelaar and datum prestatie in the file."""
    return "0413-7" in o.record_sets.get(o.line, ())

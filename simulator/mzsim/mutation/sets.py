"""Defects of records among their neighbours: repetition, costs, the hours of the Wlz, travelling expenses."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.domain.sets import Role
from mzsim.mutation.declaration import MutableDeclaration, Mutant, amount, text
from mzsim.mutation.mutators import mutation
from mzsim.standard.heen import combined_with, read

_COSTS = "a record 01 that can have costs (02, 04)"
_WLZ = "a Wlz message (250)"
_HOURS = "a Wlz message with a record 01"
_PRODUCTION = "a production message (0105)"
_HALF_HOUR: dict[str, str | int] = {"0424": 1000, "0425": 6, "0426": 6000, "0430": 6000}
_ZERO: dict[str, str | int] = {"0424": 0, "0425": 1, "0426": 0, "0428": 0, "0430": 0}
_NO_SPOT: dict[str, str | int] = {"0414": "0", "0415": "00", "0416": ""}
_JOURNEY: dict[str, str | int] = {
    "0424": 35,
    "0425": 12,
    "0426": 420,
    "0428": 0,
    "0430": 420,
    "0410": "N",
    "0411": "000",
    **_NO_SPOT,
}


@mutation("0413-4")
def same_twice(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatierecord stands twice, under two referentienummers."""
    for i in (*d.honoraria, *d.prestaties):
        yield Mutant(d.message(d.inserted(d.end(i), d.changed(i))))


@mutation("0413-11", "a record 01 that asks for all of tarief × aantal")
def split_in_two(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatierecord stands a second time with another number, where one record with the sum is meant."""
    for i in d.honoraria:
        heen = d.details[i]
        tariff, count, berekend = (amount(heen, number) for number in ("0424", "0425", "0426"))
        if tariff and berekend == tariff * count == amount(heen, "0430"):
            more = berekend + tariff
            yield Mutant(d.message(d.inserted(d.end(i), d.changed(i, r0425=count + 1, r0426=more, r0430=more))))


@mutation("0433-8", "a second debet prestatierecord")
def one_before_two(d: MutableDeclaration) -> Iterator[Mutant]:
    """Two debet records follow one earlier record (0433)."""
    both = [i for i in d.prestaties if d.debet(i)][:2]
    if len(both) == 2:
        yield Mutant(d.message(d.otherwise(*((i, {"0433": "MUTATIE-1"}) for i in both))))


@mutation("0409-2", _COSTS)
def costs_not_directly(d: MutableDeclaration) -> Iterator[Mutant]:
    """Another 01 stands between a 01 and its costs."""
    for e, i in d.pairs():
        for other in d.honoraria:
            fields = {k: text(e.details[i], k) for k in ("0403", "0404", "0405", "0408", "0420")}
            between = combined_with(d.changed(other), fields)
            if read(between, "0413") != read(e.details[i], "0413"):
                yield Mutant(e.message(e.inserted(e.end(i), between)))
        yield Mutant(e.message(e.moved(i, e.end(e.costs_of(i) or i))))


@mutation("0409-3", _COSTS)
def second_costs(d: MutableDeclaration) -> Iterator[Mutant]:
    """A 01 has a second record of costs."""
    for e, i in d.pairs():
        costs = e.costs_of(i) or i
        kind = text(e.details[costs], "0409")
        one_more = combined_with(
            e.costs_at(i, kind, r0424=500, r0426=500, r0430=500), {"0432": d.free_reference("NOG")}
        )
        yield Mutant(e.message(e.inserted(e.end(costs), one_more)))


@mutation("0409-4", _COSTS)
def both_kinds(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs are declared both as 02 and as 04."""
    for e, i in d.pairs():
        costs = e.costs_of(i) or i
        other = "04" if text(e.details[costs], "0409") == "02" else "02"
        one_more = combined_with(e.costs_at(i, other), {"0432": d.free_reference("NOG")})
        yield Mutant(e.message(e.inserted(e.end(costs), one_more)))


@mutation("0409-5", "a prestatiecode that knows no costs, in a store with prestatiecodes")
def costs_without_ground(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs are declared for a prestatiecode that knows none."""
    for i in d.honoraria:
        if d.shop.prestatiecodes and not d.knows_costs(i):
            yield Mutant(d.message(d.inserted(d.end(i), d.costs_at(i))))


@mutation("0409-6", "a store with a prestatiecode that knows laboratory costs only")
def laboratorium_in_own_management(d: MutableDeclaration) -> Iterator[Mutant]:
    """Laboratory costs are declared as technique in own management (04)."""
    codes = [c.code for c in d.shop.prestatiecodes if c.laboratoriumkosten and not c.techniekkosten and not c.element]
    for code in codes:
        for i in d.honoraria:
            own = d.changed(i, r0413=code, **{f"r{number}": value for number, value in _NO_SPOT.items()})
            costs = combined_with(own, {"0409": "04", "0432": d.free_reference("KOSTEN"), "0425": 1, "0426": 1000})
            costs = combined_with(costs, {"0424": 1000, "0428": 0, "0430": 1000})
            yield Mutant(d.message(d.inserted(i, own, costs)))


@mutation("0409-7", _COSTS)
def late(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs stand alone; their 01 was never declared."""
    for e, i in d.pairs():
        yield Mutant(e.message(e.without(i)))


def _bundles(d: MutableDeclaration) -> Iterator[list[int]]:
    """The hours of the Wlz, each with its 03, 02 and 04."""
    prestaties = d.prestaties
    for place, i in enumerate(prestaties):
        if d.role(i) is Role.TIME and d.debet(i):
            bundle = [i]
            for following in prestaties[place + 1 :]:
                if d.role(following) not in (Role.INFORMATIE, Role.KOSTEN) or d.verzekerde_of(following) > i:
                    break
                bundle.append(following)
            yield bundle


def _hours(d: MutableDeclaration) -> Iterator[tuple[MutableDeclaration, list[int]]]:
    """Declarations with hours and their 03: this one, or else one in which a 01 was made into such a set."""
    bundles = list(_bundles(d))
    yield from ((d, bundle) for bundle in bundles)
    if d.wlz and not bundles:
        for i in d.honoraria:
            hours = d.changed(i, r0413="U35", **{f"r{number}": value for number, value in _HALF_HOUR.items()})
            done = combined_with(d.details[i], {"0409": "03", **_ZERO})
            e = d._replace(details=(*d.details[:i], hours, done, *d.details[i + 1 :]))
            yield e, [i, i + 1]


def _information(d: MutableDeclaration, bundle: list[int]) -> list[int]:
    return [i for i in bundle if d.role(i) is Role.INFORMATIE]


def _hours_costs(d: MutableDeclaration) -> Iterator[tuple[MutableDeclaration, list[int], int]]:
    """Declarations with hours, a 03 and the costs of that 03, and where the first costs stand."""
    found = False
    for e, bundle in _hours(d):
        costs = [i for i in bundle if e.role(i) is Role.KOSTEN]
        if costs:
            found = True
            yield e, bundle, costs[0]
    if found:
        return
    for e, bundle in _hours(d):
        for i in _information(e, bundle):
            code = text(e.details[i], "0413") if e.knows_costs(i) else e.shop.cost_code(read(e.details[i], "0408"))
            if code is not None:
                e = e._replace(details=tuple(e.otherwise((i, {"0413": code}))))
                end = e.end(bundle[-1])
                with_costs = e._replace(details=tuple(e.inserted(end, e.costs_at(i))))
                yield with_costs, [*bundle, end], end


@mutation("0409-8", _WLZ)
def information_without_hours(d: MutableDeclaration) -> Iterator[Mutant]:
    """A 03 stands without hours (U25, U35)."""
    if d.wlz:
        for i in d.honoraria:
            yield Mutant(d.message(d.inserted(d.end(i), combined_with(d.changed(i), {"0409": "03", **_ZERO}))))
        for bundle in _bundles(d):
            yield Mutant(d.message(d.without(bundle[0])))


@mutation("0409-9", _WLZ)
def hours_without_information(d: MutableDeclaration) -> Iterator[Mutant]:
    """Hours (U25, U35) have no 03 that says what was done."""
    for e, bundle in _hours(d):
        yield Mutant(e.message(e.without(*bundle[1:])))


@mutation("0409-10", _HOURS)
def wrong_order(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs stand before a 03 of their set."""
    for e, bundle, costs in _hours_costs(d):
        last = _information(e, bundle)[-1]
        yield Mutant(e.message(e.moved(last, e.end(costs))))
        one_more = combined_with(e.changed(last), {"0413": "M03", "0432": d.free_reference("NOG"), **_NO_SPOT})
        yield Mutant(e.message(e.inserted(e.end(costs), one_more)))


@mutation("0409-11", _HOURS)
def costs_without_information(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs are declared twice for one 03."""
    for e, _, costs in _hours_costs(d):
        otherwise: dict[str, str | int] = {"0424": 500, "0426": 500, "0430": 500, "0432": d.free_reference("NOG")}
        yield Mutant(e.message(e.inserted(e.end(costs), combined_with(e.details[costs], otherwise))))


@mutation("0409-12", _HOURS)
def other_behandelaar(d: MutableDeclaration) -> Iterator[Mutant]:
    """A 03 names another behandelaar than the hours."""
    for e, bundle in _hours(d):
        for i in _information(e, bundle):
            yield Mutant(e.message(e.otherwise((i, {"0420": "12099998"}))))


@mutation("0409-13", _HOURS)
def honorarium_beside_hours(d: MutableDeclaration) -> Iterator[Mutant]:
    """Beside the hours a prestatie stands that belongs in them."""
    for e, bundle in _hours(d):
        for i in _information(e, bundle):
            beside = combined_with(e.changed(i), {"0409": "01", **_HALF_HOUR, "0432": d.free_reference("NAAST")})
            yield Mutant(e.message(e.inserted(e.end(bundle[-1]), beside)))


@mutation("0409-14", _HOURS)
def beside_before(d: MutableDeclaration) -> Iterator[Mutant]:
    """A 01 that may stand beside the hours stands before them."""
    for e, bundle in _hours(d):
        xray = combined_with(e.changed(bundle[0]), {"0413": "X10", **_HALF_HOUR, "0432": d.free_reference("NAAST")})
        yield Mutant(e.message(e.inserted(bundle[0], xray)))


@mutation("0409-15", _HOURS)
def costs_of_other_behandelaar(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs in the B-variant name another behandelaar than their 01."""
    for e, i in d.pairs() if d.wlz else ():
        costs = e.costs_of(i)
        if costs is not None:
            yield Mutant(e.message(e.otherwise((costs, {"0420": "12099998"}))))


@mutation("0409-16", f"{_PRODUCTION} with {_COSTS}")
def late_beside_granted(d: MutableDeclaration) -> Iterator[Mutant]:
    """Costs of the other kind come later than those that were granted with their 01."""
    for e, i in d.pairs():
        costs = e.costs_of(i)
        if costs is not None:
            other = "04" if text(e.details[costs], "0409") == "02" else "02"
            late = combined_with(e.costs_at(i, other), {"0432": d.free_reference("NOG")})
            yield Mutant(d.loose(i, late), earlier=(e.message(),))


@mutation("0409-17", f"{_PRODUCTION}, for the Wlz (250), with a record 01")
def treatment_beside_hours(d: MutableDeclaration) -> Iterator[Mutant]:
    """A treatment is declared of a day of which the hours were granted before."""
    for e, bundle in _hours(d):
        for i in _information(e, bundle):
            treatment = combined_with(e.changed(i), {"0409": "01", **_HALF_HOUR, "0432": d.free_reference("NAAST")})
            yield Mutant(e.loose(i, treatment), earlier=(e.message(),))


@mutation("0413-5", _HOURS)
def second_hours(d: MutableDeclaration) -> Iterator[Mutant]:
    """The hours of a day are declared in two records."""
    for e, bundle in _hours(d):
        hours, done = bundle[0], _information(e, bundle)
        if done:
            count, tariff = amount(e.details[hours], "0425") + 1, amount(e.details[hours], "0424")
            otherwise: dict[str, str | int] = {"0425": count, "0426": tariff * count, "0430": tariff * count}
            more_hours = combined_with(e.details[hours], {**otherwise, "0432": d.free_reference("UREN")})
            also_done = combined_with(e.details[done[0]], {"0425": 2, "0432": d.free_reference("GEDAAN")})
            yield Mutant(e.message(e.inserted(e.end(bundle[-1]), more_hours, also_done)))


def _on_day(d: MutableDeclaration, place: int) -> int:
    """Where the last record of the same verzekerde and day ends."""
    day = read(d.details[place], "0408")
    own = d.of_verzekerde(d.verzekerde_of(place))
    return d.end(max(i for i in own if read(d.details[i], "0408") == day))


def _journeys(d: MutableDeclaration) -> Iterator[tuple[MutableDeclaration, int]]:
    """Declarations with travelling expenses per kilometre: this one, or else one with these added to a prestatie."""
    own = [i for i in d.prestaties if d.role(i) is Role.REISKOSTEN and text(d.details[i], "0413") == "WRK001"]
    yield from ((d, i) for i in own)
    if d.wlz and not own:
        for i in d.prestaties:
            journey = d.changed(i, r0409="01", r0413="WRK001", r0432=d.free_reference("REIS"))
            place = _on_day(d, i)
            yield d._replace(details=tuple(d.inserted(place, combined_with(journey, _JOURNEY)))), place


@mutation("0413-6", _WLZ)
def travelled_twice(d: MutableDeclaration) -> Iterator[Mutant]:
    """The travelling expenses of a behandelaar are declared twice on a day."""
    for e, i in _journeys(d):
        one_more = combined_with(
            e.details[i], {**_JOURNEY, "0425": 13, "0426": 455, "0430": 455, "0432": d.free_reference("WEER")}
        )
        yield Mutant(e.message(e.inserted(e.end(i), one_more)))


@mutation("0413-12", _WLZ)
def travelled_for_nothing(d: MutableDeclaration) -> Iterator[Mutant]:
    """Travelling expenses stand at a verzekerde whom the behandelaar did not treat on that day."""
    for e, i in _journeys(d):
        yield Mutant(e.loose(i, e.details[i]))


@mutation("0413-7", "a Wlz message (250) with two verzekerden")
def at_other_client(d: MutableDeclaration) -> Iterator[Mutant]:
    """The travelling expenses stand at another than the first cliënt of the day, who had the same treatment."""
    for e, i in _journeys(d):
        day = (read(e.details[i], "0408"), read(e.details[i], "0420"))
        done = [
            j
            for j in e.of_verzekerde(e.verzekerde_of(i))
            if (read(e.details[j], "0408"), read(e.details[j], "0420")) == day and e.role(j) is not Role.REISKOSTEN
        ]
        for other in (v for v in e.places(b"02") if v > i and e.of_verzekerde(v)):
            key = {f"04{r}": text(e.details[other], f"02{r}") for r in ("03", "04", "05")}
            there = [combined_with(e.details[j], {**key, "0432": e.free_reference(f"ANDER-{j}")}) for j in done]
            end = e.end(e.of_verzekerde(other)[-1])
            details = e.inserted(end, *there, combined_with(e.details[i], key))
            yield Mutant(e.message([*details[:i], *details[e.end(i) :]]))


@mutation("0425-2", _WLZ)
def count_other_reiskosten(d: MutableDeclaration) -> Iterator[Mutant]:
    """Other travelling expenses (WRK002) are declared with a number of two."""
    for e, i in _journeys(d):
        double = {**_JOURNEY, "0413": "WRK002", "0424": 850, "0425": 2, "0426": 1700, "0430": 1700}
        yield Mutant(e.message(e.otherwise((i, double))))

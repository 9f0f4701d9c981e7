"""How a granted amount is made up: B, what each dekking pays of it, maxima before and after, and what is left.

As values for JSON; amounts are decimal strings in euro. Source: the page `granting` of the manual.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from mzsim.checks.grant import Bill
from mzsim.domain.covers import UNLIMITED, Dekking, DekkingKey, dekkingen_of
from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.earlier.maxima import GrantedBefore, Shares, period
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey, jaw
from mzsim.domain.facts import MachtigingFact
from mzsim.domain.tariffs import is_per_hour
from mzsim.granting.adjudicate import used_of
from mzsim.granting.weighing import Plan, Share, SoFar, Weighing
from mzsim.judging.agreements import Conditions
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import as_euro, cents

_FULLY = 100
_PER_JAW = "kaak_per_kalenderjaar"
_INSURANCE = "verzekering"


class Weighed(NamedTuple):
    """A record as it was weighed; see `adjudicate.Onlooker`. `dekkingen` are ready for JSON, and so is `machtiging`: the
    authorisation for a number or an amount that it is granted on, None where it needs none."""

    plan: Plan
    bill: Bill
    so_far: SoFar
    parts: tuple[Share, ...]
    dekkingen: list[dict[str, Any]]
    machtiging: dict[str, Any] | None

    @property
    def without_contract(self) -> bool:
        """Whether the party that is paid gets only a percentage, for want of a contract."""
        return self.plan.vergoeding != _FULLY or self.plan.most is not None

    def at_maximum(self, what: str) -> list[DekkingKey]:
        """The dekkingen of which a maximum (bedrag or aantal) leaves less than they would pay."""
        found = []
        for part in self.parts:
            room = self.so_far.room.get(part.chosen.key, UNLIMITED)
            over, asked = (room.amount, part.entry.vergoeding) if what == "bedrag" else (room.aantal, self.plan.aantal)
            if over is not None and over < asked:
                found.append(part.chosen.key)
        return found


def weigh(
    conditions: Conditions,
    weighing: Weighing,
    plan: Plan,
    date: str,
    so_far: SoFar,
    bill: Bill,
    earlier: GrantedBefore,
    machtiging: MachtigingFact | None,
) -> Weighed:
    """What the dekkingen pay of a record of this day (EEJJMMDD), given what was granted before."""
    parts = tuple(weighing.parts(plan, bill.granted, so_far))
    state = _States(earlier, date, plan.prestatie, weighing)
    found = [
        {
            **_name(conditions, part.chosen.key),
            "percentage": part.chosen.dekking.percentage,
            "over": part.chosen.dekking.over,
            **{name: as_euro(amount) for name, amount in part.entry._asdict().items()},
            "eerder": as_euro(part.earlier),
            "toegekend": as_euro(part.amount),
            "maximum": state.of(part.chosen.key, part.chosen.dekking, part.amount, part.aantal),
        }
        for part in parts
    ]
    used = None
    if machtiging is not None and bill.granted:
        ((_, amount, count),) = used_of(machtiging, plan, bill.granted, so_far.itself)
        used = _room_of(machtiging, earlier.used.get((machtiging.key, ""), (0, 0)), amount, count)
    return Weighed(plan, bill, so_far, parts, found, used)


def _room_of(machtiging: MachtigingFact, before: tuple[int, int], amount: int, count: int) -> dict[str, Any]:
    """An authorisation for a number or an amount, with what was used of it before a grant and after."""
    return {
        "uzovi": machtiging.uzovi,
        "nummer": machtiging.number,
        "bedrag": None if machtiging.bedrag is None else _amounts(machtiging.bedrag, before[0], amount),
        "aantal": None if machtiging.aantal is None else _counts(machtiging.aantal, before[1], count),
    }


def _amounts(most: int, before: int, now: int) -> dict[str, Any]:
    return {"hoogstens": as_euro(most), "voor": as_euro(before), "na": as_euro(before + now)}


def _counts(most: int, before: int, now: int) -> dict[str, Any]:
    return {"hoogstens": most, "voor": before, "na": before + now}


def derivation(
    p: Prestatierecord, weighed: Weighed, granted: int, highest: int | None, tariff: list[dict[str, Any]]
) -> dict[str, Any]:
    """How the amount granted (cents) for a debet record came about. `highest` is the highest tariff that holds, in cents,
    and `tarief` its row of the store; None and empty where there is none."""
    plan, bill = weighed.plan, weighed.bill
    rest = max(0, plan.berekend - bill.earlier - granted)
    return {
        "tarief": {
            "gedeclareerd": as_euro(cents(p.tarief)),
            "hoogste": None if highest is None else as_euro(highest),
            "per_uur": is_per_hour(p),
            "rijen": tariff,
        },
        "aantal": plan.aantal,
        "vermindering": as_euro(cents(p.vermindering)),
        "berekend": as_euro(plan.berekend),
        "zonder_contract": plan.vergoeding if weighed.without_contract else None,
        "zonder_contract_hoogstens": None if plan.most is None else as_euro(plan.most),
        "dekkingen": weighed.dekkingen,
        "machtiging": weighed.machtiging,
        "ongedekt": as_euro(granted - sum(part.amount for part in weighed.parts)),
        "eerder_toegekend": as_euro(bill.earlier),
        "toegekend": as_euro(granted),
        "voor_patient": as_euro(min(plan.declaratiebedrag - granted, rest)),
    }


def given_back(
    conditions: Conditions, weighing: Weighing, debet: EarlierRecord, back: Shares, earlier: GrantedBefore
) -> list[dict[str, Any]]:
    """What a credit gives back to dekkingen with a maximum."""
    state = _States(earlier, debet.datum, debet.prestatie, weighing)
    found = []
    for key, amount, count in back:
        pakket = conditions.pakketten.get(key[:2])
        dekking = dict(dekkingen_of(key[:2], pakket)).get(key) if pakket is not None else None
        if dekking is not None:  # else it is of an authorisation, or the store holds another pakket by now
            maximum = state.of(key, dekking, amount, count)
            found.append({**_name(conditions, key), "toegekend": as_euro(amount), "maximum": maximum})
    return found


def _name(conditions: Conditions, key: DekkingKey) -> dict[str, Any]:
    uzovi, code, known_by = key
    pakket = conditions.pakketten[uzovi, code]
    place = next(n for n, (other, _) in enumerate(dekkingen_of((uzovi, code), pakket), start=1) if other == key)
    named = {"id": known_by} if isinstance(known_by, str) else {}
    return {"uzovi": uzovi, "pakket": code, "soort": pakket.kind, "dekking": place, **named}


class _States:
    """What is used of maxima by what was granted before a record of this day and prestatie, and after it."""

    def __init__(self, earlier: GrantedBefore, date: str, prestatie: PrestatieKey, weighing: Weighing) -> None:
        self._earlier = earlier
        self._date = date
        self._jaw = jaw(prestatie)
        self._amount_matters = weighing.amount_matters
        self._count_matters = weighing.count_matters and prestatie.kind == HONORARIUM

    def of(self, key: DekkingKey, d: Dekking, amount: int, count: int) -> dict[str, Any] | None:
        """The maxima of a dekking that pays this amount in cents, and this number; None where it has none."""
        if not d.limited:
            return None
        per = d.per or _INSURANCE
        amount_already, count_already = self._earlier.used.get((key, period(d.per, self._date, self._jaw)), (0, 0))
        from_amount = from_count = None
        if d.maximum_bedrag is not None and self._amount_matters:
            from_amount = _amounts(d.maximum_bedrag, amount_already, amount)
        if d.maximum_aantal is not None and self._count_matters:
            from_count = _counts(d.maximum_aantal, count_already, count)
        return {
            "per": per,
            "jaar": None if per == _INSURANCE else self._date[:4],
            "kaak": self._jaw if per == _PER_JAW else None,
            "bedrag": from_amount,
            "aantal": from_count,
        }


_ZERO = as_euro(0)


def _cents(euro: str) -> int:
    return int(Decimal(euro) * 100)


def lines(grant: dict[str, Any]) -> Iterator[str]:
    """For people, a line at a time."""
    if "script" in grant:
        yield f"granted {grant['toegekend']} by a script" if grant["script"] else "taken back as declared"
        return
    if "debet" in grant:
        yield "takes back what was granted before"
    else:
        yield _b(grant)
        if grant["zonder_contract"] is not None:
            most = grant["zonder_contract_hoogstens"]
            yield f"without a contract {grant['zonder_contract']} % of what the cover pays" + (
                f", and {most} at most" if most is not None else ""
            )
        if not grant["dekkingen"]:
            yield "no dekking of the polis matches"
    for d in grant["dekkingen"]:
        yield from _dekking(d)
    if "debet" not in grant:
        if (m := grant["machtiging"]) is not None:
            yield f"authorisation {m['nummer']}"
            yield from _used(m, "")
        yield from _slot(grant)


def _b(t: dict[str, Any]) -> str:
    tariff = t["tarief"]
    valid = min((Decimal(tariff[what]), tariff[what]) for what in ("gedeclareerd", "hoogste") if tariff[what])[1]
    times = f"{valid} an hour x {t['aantal']} times 5 minutes" if tariff["per_uur"] else f"{valid} x {t['aantal']}"
    min_ = f" less {t['vermindering']}" if t["vermindering"] != _ZERO else ""
    by = ", ".join(row["lijst"] for row in tariff["rijen"])
    declared = f"declared {tariff['gedeclareerd']}, " if valid != tariff["gedeclareerd"] else ""
    limit = f" ({declared}at most {tariff['hoogste']} by {by})" if tariff["hoogste"] else ""
    return f"B {t['berekend']}: {times}{min_}{limit}"


def _slot(t: dict[str, Any]) -> Iterator[str]:
    if t["ongedekt"] != _ZERO:
        yield f"{t['ongedekt']} more, because the check of the cover is not performed"
    if t["eerder_toegekend"] != _ZERO:
        yield f"granted before for the same prestatie {t['eerder_toegekend']}"
    yield f"granted {t['toegekend']}, left for the patient {t['voor_patient']}"


def _dekking(d: dict[str, Any]) -> Iterator[str]:
    who = f"{d['soort']} {d['pakket']}, dekking {d.get('id') or d['dekking']}"
    if "percentage" in d:
        yield f"{who}: {', '.join(_steps(d))}; pays {d['toegekend']}"
    else:
        yield f"{who}: {d['toegekend']}"
    if d["maximum"] is not None:
        yield from _maxima(d["maximum"])


def _steps(d: dict[str, Any]) -> Iterator[str]:
    over = "B" if d["over"] == "bedrag" else "the eigen bijdrage"
    yield f"{d['percentage']} % of {over} {d['grondslag']} is {d['aandeel']}"
    if d["eigen_bijdrage"] != _ZERO:
        yield f"{d['eigen_bijdrage']} of it is eigen bijdrage"
    if d["vergoeding"] != as_euro(_cents(d["aandeel"]) - _cents(d["eigen_bijdrage"])):
        yield f"{d['vergoeding']} of it counts"
    if d["binnen_maximum"] != d["vergoeding"]:
        yield f"{d['binnen_maximum']} within its maximum"
    if d["bedrag"] != d["binnen_maximum"]:
        yield f"{d['bedrag']} beside the others"
    if d["eerder"] != _ZERO:
        yield f"{d['eerder']} of it before"


def _maxima(m: dict[str, Any]) -> Iterator[str]:
    jaws = {"1": ", upper jaw", "2": ", lower jaw", "0": ", no jaw", None: ""}
    when = f" in {m['jaar']}{jaws[m['kaak']]}" if m["jaar"] else ""
    yield from _used(m, when, "maximum_")


def _used(m: dict[str, Any], when: str, prefix: str = "") -> Iterator[str]:
    for what in ("bedrag", "aantal"):
        if m[what] is not None:
            yield f"  {prefix}{what} {m[what]['hoogstens']}{when}: used {m[what]['voor']} before, {m[what]['na']} after"

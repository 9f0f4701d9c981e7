"""Makes a declaration with the store file that fits it, from a seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from mzsim.common.chance import Chance
from mzsim.common.errors import InputError
from mzsim.generation.cover import pakketten, supplementary_pakket, vergoeding
from mzsim.generation.persons import Person, persons
from mzsim.generation.profiles import profile
from mzsim.generation.profiles.shape import Profile
from mzsim.generation.visits import VisitCourse, VisitPrestatie
from mzsim.standard.heen import heenbericht, heenrecord, numbered
from mzsim.standard.messages import HEEN
from mzsim.store.shipped_files import path_of
from mzsim.store.verzekeraarsbestand import read_file

LIST = "@nza-2026"
FIRST_DAY = dt.date(2026, 1, 1)
"""From here on the reference list holds."""
_PERIOD = 90
MOST_PER_VERZEKERDE = 40
"""More of one patient in a quarter is no practice that we know."""
_SATURDAY = 5

Fields = dict[str, str | int]


class GenerationOrder(NamedTuple):
    """What to make; `date` is the dagtekening, and the day of the last visit at the latest."""

    profile: str
    verzekerden: int
    prestaties: int
    seed: int
    date: dt.date
    uzovi: str


class GeneratedFiles(NamedTuple):
    """A declaration and its store file, as bytes; the total in cents."""

    declaration: bytes
    store: bytes
    total: int


class _Verzekerde(NamedTuple):
    """A person with his records; `pakketten` of his polis, and his authorisation where he has one."""

    person: Person
    records: list[bytes]
    pakketten: list[str]
    machtiging: tuple[str, ...] | None
    total: int


def make(order: GenerationOrder) -> GeneratedFiles:
    """Makes it. Raises InputError where so much, or on that day, can't be made."""
    chosen = profile(order.profile)
    days = _days(order.date)
    chance = Chance(order.seed)
    who = _choose_persons(chance, chosen, order)
    counts = _divide(chance, order, min(MOST_PER_VERZEKERDE, len(days)), days)
    course = VisitCourse(chance, chosen, _tariffs(), days)
    verzekerden = [
        _verzekerde(order, chosen, person, course.of(person, count)) for person, count in zip(who, counts, strict=True)
    ]
    details = numbered(record for verzekerde in verzekerden for record in verzekerde.records)
    message = heenbericht(_voorloop(order, chosen, days), details)
    total = sum(verzekerde.total for verzekerde in verzekerden)
    return GeneratedFiles(message, _store(order, chosen, verzekerden), total)


def _days(date: dt.date) -> list[dt.date]:
    """The working days of the declaratieperiode."""
    begin = max(FIRST_DAY, date - dt.timedelta(days=_PERIOD - 1))
    days = [begin + dt.timedelta(days=n) for n in range((date - begin).days + 1)]
    working_days = [day for day in days if day.weekday() < _SATURDAY and day != FIRST_DAY]
    if not working_days:
        raise InputError(f"--date {date}: no working day since {FIRST_DAY}, when the tariffs of {LIST} begin")
    return working_days


def _choose_persons(chance: Chance, chosen: Profile, order: GenerationOrder) -> list[Person]:
    of, until = chosen.age
    # The whole period: who turns eighteen in it is not one for the orthodontist.
    begin = order.date - dt.timedelta(days=_PERIOD)
    known = [p for p in persons() if of <= p.age(begin) and p.age(order.date) < until]
    if order.verzekerden > len(known):
        raise InputError(
            f"--verzekerden {order.verzekerden}: there are {len(known)} invented verzekerden for profile"
            f" {order.profile} on {order.date}"
        )
    return sorted(chance.few(known, order.verzekerden), key=lambda p: (p.name, p.bsn))


def _divide(chance: Chance, order: GenerationOrder, most: int, days: Sequence[dt.date]) -> list[int]:
    """How many prestaties each verzekerde has: at least one."""
    verzekerden, prestaties = order.verzekerden, order.prestaties
    if prestaties < verzekerden:
        raise InputError(f"--prestaties {prestaties}: each of {verzekerden} verzekerden has one at least")
    if prestaties > verzekerden * most:
        raise InputError(
            f"--prestaties {prestaties}: {verzekerden} verzekerden have {verzekerden * most} at most between"
            f" {days[0]} and {days[-1]}; ask for more --verzekerden"
            + ("" if len(days) > most else ", or a later --date")
        )
    counts = [1] * verzekerden
    room = list(range(verzekerden))
    for _ in range(prestaties - verzekerden):
        place = chance.until(len(room))
        who = room[place]
        counts[who] += 1
        if counts[who] == most:
            room[place] = room[-1]
            room.pop()
    return counts


def _tariffs() -> dict[str, int]:
    """The maximum tariffs of the reference list, in cents."""
    return {line.prestatiecode: line.tarief for line in read_file(path_of(LIST)).content.tarieven}


def _verzekerde(
    order: GenerationOrder, chosen: Profile, person: Person, prestaties: list[VisitPrestatie]
) -> _Verzekerde:
    records = [heenrecord(b"02", _fields_verzekerde(order, chosen, person))]
    used: Counter[tuple[str, int]] = Counter()
    machtiging = next((p.machtiging for p in prestaties if p.machtiging), None)
    total = 0
    for number, p in enumerate(prestaties, start=1):
        reimbursed = vergoeding(chosen, p, person.age(p.date))
        used.update(reimbursed.per_dekking)
        total += reimbursed.amount
        fields = _fields_prestatie(order, chosen, person, p, reimbursed.amount)
        records.append(
            heenrecord(b"04", fields | {"0432": f"{_factuurnummer(order, chosen)}-{person.volgnummer}-{number}"})
        )
    own = chosen.supplementary["code"] if chosen.supplementary else None
    most = max((amount for (code, _), amount in used.items() if code == own), default=0)
    supplementary = supplementary_pakket(chosen, most)
    return _Verzekerde(person, records, [chosen.basis["code"], *filter(None, [supplementary])], machtiging, total)


def _date(day: dt.date) -> str:
    return f"{day:%Y%m%d}"


def _factuurnummer(order: GenerationOrder, chosen: Profile) -> str:
    return f"{chosen.letter}{order.seed:d}"


def _voorloop(order: GenerationOrder, chosen: Profile, days: Sequence[dt.date]) -> bytes:
    party: Fields = (
        {"0112": chosen.declarant.agb, "0113": "04"}
        if chosen.instelling
        else {"0110": chosen.providers[0].agb, "0111": chosen.declarant.agb, "0113": "03"}
    )
    return heenrecord(
        b"01",
        {
            "0102": (HEEN.wlz if chosen.wlz else HEEN.zvw).decode("ascii"),
            "0103": "01",
            "0104": "03",
            "0105": "P",
            "0108": order.uzovi,
            **party,
            "0114": _date(days[0]),
            "0115": _date(days[-1]),
            "0116": _factuurnummer(order, chosen),
            "0117": _date(order.date),
            "0119": "EUR",
        },
    )


def _key(order: GenerationOrder, chosen: Profile, person: Person, kenmerk: str) -> Fields:
    """What a verzekerdenrecord and its prestatierecords share."""
    number = "" if chosen.wlz else person.verzekerdennummer
    return {f"{kenmerk}03": person.bsn, f"{kenmerk}04": order.uzovi, f"{kenmerk}05": number}


def _fields_verzekerde(order: GenerationOrder, chosen: Profile, person: Person) -> Fields:
    return _key(order, chosen, person, "02") | {
        "0206": f"P{person.volgnummer:06d}",
        "0207": _date(person.born),
        "0208": person.geslacht,
        "0209": "1",
        "0210": person.name,
        "0211": person.prefix,
        "0215": person.voorletters,
        "0216": "1",
        "0217": person.postcode,
        "0219": person.huisnummer,
        "0223": "2",
    }


def _fields_prestatie(
    order: GenerationOrder, chosen: Profile, person: Person, p: VisitPrestatie, reimbursed: int
) -> Fields:
    return _key(order, chosen, person, "04") | {
        "0406": _machtigingsnummer(person) if p.machtiging else "",
        "0407": "1",
        "0408": _date(p.date),
        "0409": p.kind,
        "0410": "J" if p.special else "N",
        "0411": p.special or "",
        "0412": "010",
        "0413": p.code,
        "0414": p.jaw,
        "0415": p.element,
        "0416": p.surface,
        "0419": "N",
        "0420": p.behandelaar,
        "0424": p.tariff,
        "0425": p.aantal,
        "0426": p.amount,
        "0427": "D",
        "0430": reimbursed,
        "0431": "D",
    }


def _machtigingsnummer(person: Person) -> str:
    return f"M{person.volgnummer:06d}"


def _store(order: GenerationOrder, chosen: Profile, verzekerden: Sequence[_Verzekerde]) -> bytes:
    """The store file: who insures, who treats, who is insured and for what."""
    used = {code for verzekerde in verzekerden for code in verzekerde.pakketten}
    declarant = chosen.declarant
    content: dict[str, list[dict[str, Any]]] = {
        "uzovi": [
            {
                "nummer": order.uzovi,
                "naam": "Voorbeeld Zorgkantoor" if chosen.wlz else "Voorbeeld Zorgverzekeraar",
                "soort": "zorgkantoor" if chosen.wlz else "zorgverzekeraar",
                "edp": True,
            }
        ],
        "zorgaanbieders": [
            {"agb": declarant.agb, "soort": "instelling" if chosen.instelling else "praktijk", "naam": declarant.name},
            *(
                {"agb": who.agb, "soort": "zorgverlener", "naam": who.name, "werkt_in": [declarant.agb]}
                for who in chosen.providers
            ),
        ],
        "pakketten": [p for p in pakketten(chosen, order.uzovi) if p["code"] in used],
        "polissen": [_polis(order, chosen, verzekerde) for verzekerde in verzekerden],
        "machtigingen": [
            {
                "nummer": _machtigingsnummer(person),
                "uzovi": order.uzovi,
                "bsn": person.bsn,
                "agb": declarant.agb,
                "prestaties": list(machtiging),
                "ingang": FIRST_DAY,
                "einde": None,
                "status": "afgegeven",
            }
            for person, _, _, machtiging, _ in verzekerden
            if machtiging
        ],
    }
    header = (
        f"# The store that {chosen.letter}{order.seed} fits: mzsim generate --profile {order.profile}"
        f" --verzekerden {order.verzekerden}\n# --prestaties {order.prestaties} --seed {order.seed}"
        f" --date {order.date} --uzovi {order.uzovi}. All persons are invented. To load with {LIST}.\n"
    )
    return (header + "".join(_listing(name, lines) for name, lines in content.items() if lines)).encode("utf-8")


def _listing(name: str, lines: list[dict[str, Any]]) -> str:
    """A list of the store file, a line for each of its lines."""
    return f"{name}:\n" + "".join(f"  - {_stream(line)}\n" for line in lines)


def _stream(line: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(line, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.strip()


def _polis(order: GenerationOrder, chosen: Profile, verzekerde: _Verzekerde) -> dict[str, Any]:
    person = verzekerde.person
    return {
        "bsn": person.bsn,
        "verzekerdennummer": None if chosen.wlz else person.verzekerdennummer,
        "geboortedatum": person.born,
        "naam": f"{person.prefix} {person.name}".strip(),
        "uzovi": order.uzovi,
        "ingang": FIRST_DAY,
        "einde": None,
        "pakketten": verzekerde.pakketten,
    }

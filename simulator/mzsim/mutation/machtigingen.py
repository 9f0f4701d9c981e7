"""Defects in the authorisation of a prestatie (0406)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from mzsim.checks.prestatie_form import DJI
from mzsim.domain.parties import party
from mzsim.mutation.declaration import MutableDeclaration, Mutant, text
from mzsim.mutation.mutators import mutation
from mzsim.mutation.store_lines import Line
from mzsim.standard.heen import read
from mzsim.standard.layout import CHARSET
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import read_date

_NUMBER = "MUTATIE-1"
_DEBET = "a prestatierecord that is no credit"
_ONE_DAY = dt.timedelta(days=1)


def _debet(d: MutableDeclaration) -> list[int]:
    return [i for i in d.prestaties if d.debet(i)]


def _named(d: MutableDeclaration, **otherwise: object) -> Iterator[Mutant]:
    """A record names an authorisation that is its own but for these keys."""
    agb = party(Voorlooprecord(d.header)).decode(CHARSET)
    for i in _debet(d):
        day = read_date(read(d.details[i], "0408"))
        if day is not None:
            machtiging: Line = {
                "nummer": _NUMBER,
                "uzovi": d.uzovi,
                "bsn": text(d.details[i], "0403"),
                "agb": agb,
                "prestaties": ["*"],
                "ingang": day,
                "einde": day,
                "status": "afgegeven",
                **otherwise,
            }
            yield Mutant(d.message(d.otherwise((i, {"0406": _NUMBER}))), {"machtigingen": [machtiging]})


@mutation("0406-2", "a record without machtigingsnummer (0406) that is no credit, to another insurer than DJI")
def machtiging_asked(d: MutableDeclaration) -> Iterator[Mutant]:
    """The insurer asks for an authorisation of a prestatie, and gave none."""
    insurer = d.shop.uzovi[d.uzovi]
    codes = Counter(text(d.details[i], "0413") for i in _debet(d) if not text(d.details[i], "0406"))
    for code, _ in reversed(codes.most_common() if insurer["soort"] != DJI else []):
        beleid = {**insurer.get("beleid", {}), "machtigingsplichtig": [{"prestaties": [code]}]}
        yield Mutant(d.message(), {"uzovi": [{**insurer, "beleid": beleid}]})


@mutation("0406-3", _DEBET)
def machtiging_unknown(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record names a machtigingsnummer (0406) that the insurer never gave."""
    for i in _debet(d):
        yield Mutant(d.message(d.otherwise((i, {"0406": _NUMBER}))))


@mutation("0406-4", _DEBET)
def machtiging_lapsed(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record names an authorisation (0406) that has lapsed."""
    yield from _named(d, status="vervallen")


@mutation("0406-5", _DEBET)
def machtiging_expired(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record names an authorisation (0406) that ended the day before the prestatie."""
    for mutant in _named(d):
        assert mutant.store is not None
        (machtiging,) = mutant.store["machtigingen"]
        earlier = machtiging["ingang"] - _ONE_DAY
        yield mutant._replace(store={"machtigingen": [{**machtiging, "ingang": earlier, "einde": earlier}]})


@mutation("0406-6", _DEBET)
def machtiging_of_other(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record names an authorisation (0406) of another verzekerde."""
    yield from _named(d, bsn=next(d.shop.free_bsns()))

"""Defects in the authorisation of a prestatie (0406)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from mzsim.checks.prestatie_form import DJI
from mzsim.checks.voorlooprecord import partij
from mzsim.mutation.declaration import Declaratie, Mutant, tekst
from mzsim.mutation.mutators import mutatie
from mzsim.mutation.store_lines import Regel
from mzsim.standard.heen import lees
from mzsim.standard.layout import TEKENSET
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import lees_datum

_NUMMER = "MUTATIE-1"
_DEBET = "a prestatierecord that is no credit"
_EEN_DAG = dt.timedelta(days=1)


def _debet(d: Declaratie) -> list[int]:
    return [i for i in d.prestaties if d.debet(i)]


def _genoemd(d: Declaratie, **anders: object) -> Iterator[Mutant]:
    """A record names an authorisation that is its own but for these keys."""
    agb = partij(Voorlooprecord(d.kop)).decode(TEKENSET)
    for i in _debet(d):
        dag = lees_datum(lees(d.details[i], "0408"))
        if dag is not None:
            machtiging: Regel = {
                "nummer": _NUMMER,
                "uzovi": d.uzovi,
                "bsn": tekst(d.details[i], "0403"),
                "agb": agb,
                "prestaties": ["*"],
                "ingang": dag,
                "einde": dag,
                "status": "afgegeven",
                **anders,
            }
            yield Mutant(d.bericht(d.anders((i, {"0406": _NUMMER}))), {"machtigingen": [machtiging]})


@mutatie("0406-2", "a record without machtigingsnummer (0406) that is no credit, to another insurer than DJI")
def machtiging_gevraagd(d: Declaratie) -> Iterator[Mutant]:
    """The insurer asks for an authorisation of a prestatie, and gave none."""
    verzekeraar = d.winkel.uzovi[d.uzovi]
    codes = Counter(tekst(d.details[i], "0413") for i in _debet(d) if not tekst(d.details[i], "0406"))
    for code, _ in reversed(codes.most_common() if verzekeraar["soort"] != DJI else []):
        beleid = {**verzekeraar.get("beleid", {}), "machtigingsplichtig": [{"prestaties": [code]}]}
        yield Mutant(d.bericht(), {"uzovi": [{**verzekeraar, "beleid": beleid}]})


@mutatie("0406-3", _DEBET)
def machtiging_onbekend(d: Declaratie) -> Iterator[Mutant]:
    """A record names a machtigingsnummer (0406) that the insurer never gave."""
    for i in _debet(d):
        yield Mutant(d.bericht(d.anders((i, {"0406": _NUMMER}))))


@mutatie("0406-4", _DEBET)
def machtiging_vervallen(d: Declaratie) -> Iterator[Mutant]:
    """A record names an authorisation (0406) that has lapsed."""
    yield from _genoemd(d, status="vervallen")


@mutatie("0406-5", _DEBET)
def machtiging_verlopen(d: Declaratie) -> Iterator[Mutant]:
    """A record names an authorisation (0406) that ended the day before the prestatie."""
    for mutant in _genoemd(d):
        assert mutant.store is not None
        (machtiging,) = mutant.store["machtigingen"]
        eerder = machtiging["ingang"] - _EEN_DAG
        yield mutant._replace(store={"machtigingen": [{**machtiging, "ingang": eerder, "einde": eerder}]})


@mutatie("0406-6", _DEBET)
def machtiging_van_ander(d: Declaratie) -> Iterator[Mutant]:
    """A record names an authorisation (0406) of another verzekerde."""
    yield from _genoemd(d, bsn=next(d.winkel.vrije_bsns()))

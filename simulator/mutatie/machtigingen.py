"""Defects of authorisations: none where one is needed, and one that is named and does not do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from simulator.controles.voorloop import partij
from simulator.ei.heen import lees
from simulator.ei.layout import TEKENSET
from simulator.ei.records import Voorlooprecord
from simulator.ei.waarden import BSN_ONBEKEND, lees_datum
from simulator.kalender import dagen_later
from simulator.mutatie.beleid import met_beleid
from simulator.mutatie.declaratie import Declaratie, Mutant, tekst
from simulator.mutatie.register import mutatie
from simulator.mutatie.winkel import Regel

_DEBET = "a debet record"
_NUMMER = "MUTATIE"
_INGANG = dt.date(2000, 1, 1)


def _debet(d: Declaratie) -> list[int]:
    """Debet prestatierecords, records 01 without costs before the others."""
    honoraria = d.honoraria
    return [*honoraria, *(i for i in d.prestaties if d.debet(i) and i not in honoraria)]


def _dag(d: Declaratie, plaats: int) -> dt.date:
    dag = lees_datum(lees(d.details[plaats], "0408"))
    assert dag is not None, "the declaration is in order"
    return dag


@mutatie("0406-2", "a debet record without machtigingsnummer (0406)")
def machtiging_ontbreekt(d: Declaratie) -> Iterator[Mutant]:
    """The insurer asks for an authorisation for a prestatiecode, and there is none."""
    plichtig = (d.winkel.uzovi[d.uzovi].get("beleid") or {}).get("machtigingsplichtig") or []
    leeg = (tekst(d.details[i], "0413") for i in _debet(d) if not tekst(d.details[i], "0406"))
    for code in dict.fromkeys(leeg):
        yield Mutant(d.bericht(), met_beleid(d, machtigingsplichtig=[*plichtig, {"prestaties": [code]}]))


@mutatie("0406-3", _DEBET)
def machtiging_onbekend(d: Declaratie) -> Iterator[Mutant]:
    """A record names an authorisation (0406) that the insurer never gave."""
    for i in _debet(d):
        yield Mutant(d.bericht(d.anders((i, {"0406": _NUMMER}))))


def _genoemd(d: Declaratie, gebrek: Callable[[int], Regel]) -> Iterator[Mutant]:
    """The authorisation that a record names with other values; else one with these that a record is made to name."""
    bekend = {regel["nummer"]: regel for regel in d.winkel.machtigingen}
    met_nummer = {i: tekst(d.details[i], "0406") for i in _debet(d)}
    for i, nummer in met_nummer.items():
        if nummer in bekend:
            yield Mutant(d.bericht(), {"machtigingen": [{**bekend[nummer], **gebrek(i)}]})
    for i, nummer in met_nummer.items():
        if not nummer:
            passend = {**_passend(d, i), **gebrek(i)}
            yield Mutant(d.bericht(d.anders((i, {"0406": _NUMMER}))), {"machtigingen": [passend]})


def _passend(d: Declaratie, plaats: int) -> Regel:
    """An authorisation for a record."""
    heen = d.details[plaats]
    return {
        "nummer": _NUMMER,
        "uzovi": d.uzovi,
        "bsn": None if lees(heen, "0403") == BSN_ONBEKEND else tekst(heen, "0403"),
        "agb": partij(Voorlooprecord(d.kop)).decode(TEKENSET),
        "prestaties": [tekst(heen, "0413")],
        "ingang": _INGANG,
        "einde": None,
        "status": "afgegeven",
    }


@mutatie("0406-4", _DEBET)
def machtiging_vervallen(d: Declaratie) -> Iterator[Mutant]:
    """The authorisation that a record names has lapsed."""
    return _genoemd(d, lambda _: {"status": "vervallen"})


@mutatie("0406-5", _DEBET)
def machtiging_voorbij(d: Declaratie) -> Iterator[Mutant]:
    """The authorisation that a record names ended the day before the prestatie."""
    return _genoemd(d, lambda i: {"ingang": _INGANG, "einde": dagen_later(_dag(d, i), -1)})


@mutatie("0406-6", _DEBET)
def machtiging_van_ander(d: Declaratie) -> Iterator[Mutant]:
    """The authorisation that a record names is that of somebody else."""
    return _genoemd(d, lambda _: {"bsn": next(d.winkel.vrije_bsns())})

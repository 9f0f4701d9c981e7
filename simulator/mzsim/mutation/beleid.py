"""Defects against what an insurer chooses: contracts and terms. The declaration stays as it is, the beleid changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from mzsim.checks.voorlooprecord import partij
from mzsim.common.dates import dagen_later, maanden_later
from mzsim.mutation.declaration import Declaratie, Mutant
from mzsim.mutation.mutators import mutatie
from mzsim.mutation.store_lines import Lijsten, Regel
from mzsim.standard.heen import lees
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import lees_datum, schrijf_datum

_ZONDER_CONTRACT = "a store without a contract of the party that is paid"
_DEBET = "a debet record"
_INGANG = dt.date(2000, 1, 1)


def met_beleid(d: Declaratie, **keuzes: object) -> Lijsten:
    """The insurer of the message, with other choices."""
    verzekeraar = d.winkel.uzovi[d.uzovi]
    return {"uzovi": [{**verzekeraar, "beleid": {**(verzekeraar.get("beleid") or {}), **keuzes}}]}


def _contract(d: Declaratie, agb: bytes, einde: dt.date | None) -> Lijsten:
    regel: Regel = {"uzovi": d.uzovi, "agb": agb.decode("ascii"), "ingang": _INGANG, "einde": einde}
    return {"contracten": [regel]}


def _dagen(d: Declaratie) -> list[dt.date]:
    """The days of the debet records, in order."""
    dagen = (lees_datum(lees(d.details[plaats], "0408")) for plaats in d.prestaties if d.debet(plaats))
    return sorted(dag for dag in dagen if dag)


@mutatie("0113-3", f"{_ZONDER_CONTRACT} and {_DEBET}")
def contract_voorbij(d: Declaratie) -> Iterator[Mutant]:
    """The contract of the party that is paid ended the day before the declaratieperiode."""
    eind = lees_datum(lees(d.kop, "0114"))
    if eind is not None and eind > _INGANG:
        store = _contract(d, partij(Voorlooprecord(d.kop)), dagen_later(eind, -1))
        yield Mutant(d.bericht(), met_beleid(d, contract_vereist="bestand") | store)


@mutatie("0408-7", f"{_ZONDER_CONTRACT} and {_DEBET}")
def contract_beeindigd(d: Declaratie) -> Iterator[Mutant]:
    """The contract of the party that is paid ended the day before the last prestatie."""
    for dag in _dagen(d)[-1:]:
        if dag > _INGANG:
            store = _contract(d, partij(Voorlooprecord(d.kop)), dagen_later(dag, -1))
            yield Mutant(d.bericht(), met_beleid(d, contract_vereist="record") | store)


@mutatie("0408-6", f"{_DEBET} of a day before the processing date")
def te_laat(d: Declaratie) -> Iterator[Mutant]:
    """The insurer takes prestaties for so many months that the first is just too late."""
    for dag in _dagen(d)[:1]:
        op_tijd = (d.datum.year - dag.year) * 12 + d.datum.month - dag.month
        for maanden in range(op_tijd, -1, -1):
            if maanden_later(dag, maanden) < d.datum:
                yield Mutant(d.bericht(), met_beleid(d, indientermijn={"soort": "maanden", "maanden": maanden}))
                return


@mutatie("0117-4", "a prestatie, and a dagtekening (0117) that is, or can be, before the processing date")
def factuur_te_oud(d: Declaratie) -> Iterator[Mutant]:
    """The insurer takes no factuur that is as old as this one."""
    dagtekening = lees_datum(lees(d.kop, "0117"))
    assert dagtekening is not None, "the declaration is in order"
    oud = (d.datum - dagtekening).days
    if oud > 0:
        yield Mutant(d.bericht(), met_beleid(d, factuurdatum_max_dagen=oud - 1))
        return
    eerder = schrijf_datum(dagen_later(dagtekening, -1))
    if all(dag <= eerder for dag in (lees(d.kop, "0114"), *(lees(d.details[i], "0408") for i in d.prestaties))):
        einde = min(lees(d.kop, "0115"), eerder)
        anders = d.met_kop(r0115=einde.decode("ascii"), r0117=eerder.decode("ascii"))
        yield Mutant(anders, met_beleid(d, factuurdatum_max_dagen=0))

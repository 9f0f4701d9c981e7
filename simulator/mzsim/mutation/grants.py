"""Defects that cost part of the grant, or all of it: a lower tariff, a maximum of the cover, an earlier grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from mzsim.checks.voorlooprecord import partij
from mzsim.common.patterns import noemt
from mzsim.mutation.beleid import met_beleid
from mzsim.mutation.declaration import Declaratie, Mutant, bedrag, tekst
from mzsim.mutation.mutators import mutatie
from mzsim.mutation.store_lines import Lijsten, Regel
from mzsim.standard.heen import lees
from mzsim.standard.layout import TEKENSET
from mzsim.standard.records import Voorlooprecord

_TARIEF = "a record 01 with a tariff (0424)"
_MET_DEKKING = "a debet record 01 of a verzekerde with a BSN, whose polis covers it"
_INGANG = dt.date(2000, 1, 1)
_NUL: dict[str, str | int] = {"0424": 0, "0426": 0, "0428": 0, "0430": 0}


def _contracten(d: Declaratie, tarieven: dict[str, Decimal]) -> Lijsten:
    """The contracten with the party that is paid, or one where there is none, with other tariffs."""
    agb = partij(Voorlooprecord(d.kop)).decode(TEKENSET)
    eigen = [regel for regel in d.winkel.contracten if (regel["uzovi"], regel["agb"]) == (d.uzovi, agb)]
    nieuw: Regel = {"uzovi": d.uzovi, "agb": agb, "ingang": _INGANG, "einde": None}
    return {
        "contracten": [
            {**regel, "tarieven": {**(regel.get("tarieven") or {}), **tarieven}} for regel in eigen or [nieuw]
        ]
    }


def _euro(centen: int) -> Decimal:
    return Decimal(centen).scaleb(-2)


def _lager(d: Declaratie, keuze: str, *, tienden: bool) -> Iterator[Mutant]:
    """A contract with a tariff below the declared one: a cent and, where that changes no grant, a tenth."""
    for i in d.honoraria:
        tarief = bedrag(d.details[i], "0424")
        for minder in (1, -(-tarief // 10)) if tienden else (1,):
            if tarief:
                contract = _contracten(d, {tekst(d.details[i], "0413"): _euro(tarief - minder)})
                yield Mutant(d.bericht(), met_beleid(d, tarief_afwijking=keuze) | contract)


@mutatie("0424-4", "a Zvw message with a record 01")
def nul_niet_afgesproken(d: Declaratie) -> Iterator[Mutant]:
    """The amounts of a record are zero, and the contract agrees no tariff of 0."""
    for i in () if d.wlz else d.honoraria:
        yield Mutant(d.bericht(d.anders((i, _NUL))), _contracten(d, {}))


@mutatie("0424-5", _TARIEF)
def tarief_te_hoog(d: Declaratie) -> Iterator[Mutant]:
    """The tariff of the contract is a cent below the declared one, and the insurer rejects what is above it."""
    return _lager(d, "afwijzen", tienden=False)


@mutatie("0424-6", _TARIEF)
def tarief_verlaagd(d: Declaratie) -> Iterator[Mutant]:
    """The tariff of the contract is below the declared one, and the insurer grants his own."""
    return _lager(d, "eigen_tarief", tienden=True)


def _gelijke(d: Declaratie, plaats: int) -> list[int]:
    """Where the debet records of the same verzekerde, year and prestatiecode stand."""
    eigen = d.details[plaats]
    return [
        i
        for i in d.prestaties
        if d.debet(i)
        and lees(d.details[i], "0403") == lees(eigen, "0403")
        and lees(d.details[i], "0408")[:4] == lees(eigen, "0408")[:4]
        and lees(d.details[i], "0413") == lees(eigen, "0413")
    ]


def _begrensd(d: Declaratie, plaats: int, **grens: object) -> Lijsten | None:
    """The pakketten of the verzekerde of a record, in which each dekking of its prestatiecode has a maximum a year.

    The dekkingen stay as they are for what else they cover.
    """
    code = tekst(d.details[plaats], "0413")
    pakketten = []
    for pakket in d.winkel.pakketten_van(d.winkel.polissen_van(tekst(d.details[plaats], "0403"))):
        passend = [r for r in pakket["dekkingen"] if noemt(r["prestaties"], code)]
        eigen = [{**dekking, "prestaties": [code], **grens, "per": "kalenderjaar"} for dekking in passend]
        if eigen:
            pakketten.append({**pakket, "dekkingen": [*eigen, *pakket["dekkingen"]]})
    return {"pakketten": pakketten} if pakketten else None


@mutatie("0425-3", _MET_DEKKING)
def maximum_aantal(d: Declaratie) -> Iterator[Mutant]:
    """The cover of a prestatiecode has a maximum number, one less than a verzekerde has in the year."""
    for i in d.honoraria:
        aantal = sum(bedrag(d.details[j], "0425") for j in _gelijke(d, i) if tekst(d.details[j], "0409") == "01")
        if pakketten := _begrensd(d, i, maximum_aantal=aantal - 1):
            yield Mutant(d.bericht(), pakketten)


@mutatie("0430-4", _MET_DEKKING)
def maximum_bedrag(d: Declaratie) -> Iterator[Mutant]:
    """The cover of a prestatiecode has a maximum amount, less than a verzekerde has in the year."""
    for i in d.honoraria:
        samen = sum(bedrag(d.details[j], "0430") for j in _gelijke(d, i))
        # Where several pakketten pay, each may stay below the whole; with a cent they are all too small.
        for grens in dict.fromkeys((samen - 1, 1)):
            if samen > 1 and (pakketten := _begrensd(d, i, maximum_bedrag=_euro(grens))):
                yield Mutant(d.bericht(), pakketten)


@mutatie("0413-8", "a production message (0105) with a record 01 that is granted something")
def eerder_toegekend(d: Declaratie) -> Iterator[Mutant]:
    """A prestatie was granted before, under another factuurnummer and referentienummer."""
    for i in d.honoraria:
        yield Mutant(d.bericht(), eerder=(d.los(i, d.gewijzigd(i)),))

"""Whether a declaration is rejected as a file: first its structure, then the voorlooprecord, then the rest."""

from __future__ import annotations

from collections.abc import Callable

from mzsim.checks.performing import Keuring
from mzsim.checks.sluitrecord import Telling
from mzsim.checks.voorlooprecord import Voorloopomgeving
from mzsim.common.dates import dagen_later
from mzsim.domain.beleid import Beleid
from mzsim.domain.check import VECOZO, VERZEKERAAR, Deel
from mzsim.domain.facts import AFGEWEZEN_VERZEKERAAR, FactuurnummerFeit
from mzsim.domain.findings import Bevinding
from mzsim.judging.message import Bericht
from mzsim.standard.layout import LENGTE_HEEN
from mzsim.standard.records import Sluitrecord
from mzsim.standard.values import schrijf_datum
from mzsim.store.facts import Feitenbron


def bezwaren_tegen_bestand(bericht: Bericht, door: str, feiten: Feitenbron) -> list[Bevinding]:
    """The objections of VECOZO (V) or the insurer (Z) that reject the file, of the first group that has any."""
    if bericht.regie is not None and (volgens_script := bericht.regie.bezwaren_tegen_bestand(door)):
        return volgens_script
    verkenning = bericht.verkenning
    groepen: tuple[Callable[[], list[Bevinding]], ...] = (
        lambda: verkenning.structuur,
        lambda: _voorloop(bericht, door, feiten),
        lambda: [b for b in verkenning.reserves if b.regel > 1] + _sluit(bericht, door),
    )
    for groep in groepen:
        if bezwaren := [b for b in groep() if bericht.voert_uit(b.controle, door)]:
            if bericht.toelichting is not None:
                return bericht.toelichting.bij_bestand(bezwaren, _factuurnummer_bij(bericht, door, feiten))
            return bezwaren
    return []


def _voorloop(bericht: Bericht, door: str, feiten: Feitenbron) -> list[Bevinding]:
    v = bericht.voorloop
    partijen = (v.servicebureau, v.zorgverlener, v.praktijk, v.instelling)
    omgeving = Voorloopomgeving(
        bericht.vandaag,
        bericht.uzovi,
        bool(_factuurnummer_bij(bericht, door, feiten)),
        feiten.zorgaanbieders(partijen) if feiten.heeft_zorgaanbieders() else None,
    )
    if door == VERZEKERAAR and not bericht.verkenning.alleen_credits:  # policy has no say in what is taken back
        omgeving = _met_beleid(omgeving, bericht, feiten)
    in_reserve = [b for b in bericht.verkenning.reserves if b.regel == 1]
    return _keur("voorloop", door, "01", 1, v, omgeving) + in_reserve


def _met_beleid(omgeving: Voorloopomgeving, bericht: Bericht, feiten: Feitenbron) -> Voorloopomgeving:
    beleid = bericht.beleid
    if beleid.contract_vereist == "bestand":
        omgeving = omgeving._replace(contracten=bericht.contracten(feiten))
    if beleid.factuurdatum_max_dagen is not None:
        oudste = dagen_later(bericht.datum, -beleid.factuurdatum_max_dagen)
        omgeving = omgeving._replace(oudste_dagtekening=schrijf_datum(oudste))
    return omgeving


def _factuurnummer_bij(bericht: Bericht, door: str, feiten: Feitenbron) -> list[str]:
    """For which insurers the factuurnummer is in use, by VECOZO's list or by the insurer's own (INV 2.3.3)."""
    if bericht.partij is None or bericht.factuurnummer is None:
        return []
    gevonden = feiten.factuurnummers(bericht.partij, bericht.factuurnummer)
    if door == VECOZO:
        op_lijst = [feit for feit in gevonden if feit.bij_vecozo]
    else:
        op_lijst = [feit for feit in gevonden if feit.bij_verzekeraar and feit.uzovi == bericht.afzender(door)]
    return [feit.uzovi for feit in op_lijst if not _vrijgegeven(feit, bericht.uzovi[feit.uzovi].beleid)]


def _vrijgegeven(feit: FactuurnummerFeit, beleid: Beleid) -> bool:
    """Whether the insurer that received a factuurnummer lets it be used again."""
    return feit.uitkomst == AFGEWEZEN_VERZEKERAAR and beleid.factuurnummer_hergebruik_na_afwijzing


def _sluit(bericht: Bericht, door: str) -> list[Bevinding]:
    sluit = bericht.verkenning.sluit
    if sluit is None or len(sluit.inhoud) != LENGTE_HEEN:
        return []
    telling = Telling(bericht.verkenning.aantallen, bericht.verkenning.totaal)
    return _keur("sluit", door, "99", sluit.nummer, Sluitrecord(sluit.inhoud), telling)


def _keur(deel: Deel, door: str, kenmerk: str, regel: int, record: object, omgeving: object) -> list[Bevinding]:
    oordeel = Keuring(deel, door)(record, omgeving)
    return [Bevinding(regel, kenmerk, None, c) for c in oordeel.bezwaren]

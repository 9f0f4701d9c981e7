"""Which rows of the store decided an objection: for each check of levels 6 and 7 where to look.

A row that is not there may be what decides: then the key that was looked for is given. What is decided within the message
alone (a number that stands twice in it, a rule that its own records break) has no row but that of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mzsim.checks.surroundings import Omgeving
from mzsim.domain.beleid import Plicht
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.covers import Dekkingsleutel
from mzsim.domain.earlier.credits import is_credit, standing
from mzsim.domain.earlier.prestatie import KOSTEN, prestatie_van
from mzsim.domain.findings import Rij
from mzsim.explanation.derivation import Gewogen
from mzsim.judging.message import Bericht
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import BSN_ONBEKEND, als_euro, genormaliseerd, tekst
from mzsim.store.facts import vijf_jaar_eerder
from mzsim.store.file_rows import Rijenbron


class Zaak(NamedTuple):
    """An objection to a record (`heen`), with what it was judged by.

    `omgeving` is None for the voorlooprecord, for which `nummer_bij` names the insurers where the factuurnummer is in use;
    `gewogen` is a record whose amount was weighed; `regels` are the rules on combinations that it breaks, with the ids of
    the earlier prestaties by which it does.
    """

    bericht: Bericht
    bron: Rijenbron
    heen: bytes = b""
    omgeving: Omgeving | None = None
    gewogen: Gewogen | None = None
    regels: tuple[tuple[Combinatieregel, Collection[int]], ...] = ()
    nummer_bij: Sequence[str] = ()

    def zoek(self, lijst: str, **sleutel: str | int) -> tuple[Rij, ...]:
        """The rows of a list under a key; one without values where there is none."""
        return self.bron.zoek(lijst, **sleutel)

    @property
    def o(self) -> Omgeving:
        """What the checks of detail records know."""
        assert self.omgeving is not None
        return self.omgeving

    @property
    def p(self) -> Prestatierecord:
        """The prestatierecord."""
        return Prestatierecord(self.heen)

    @property
    def dag(self) -> str:
        """Rubriek 0408 as a store file writes a day."""
        return _dag(self.p.datum)


def _dag(rubriek: bytes) -> str:
    datum = tekst(rubriek)
    return f"{datum[:4]}-{datum[4:6]}-{datum[6:]}"


def _gelden(rijen: Iterable[Rij], dag: str) -> Iterator[Rij]:
    """Those that hold on a day; what is not there stays."""
    for rij in rijen:
        w = rij.waarden
        if w is None or (w["ingang"] <= dag and (w["einde"] is None or dag <= w["einde"])):
            yield rij


def _beleid(z: Zaak, sleutel: str) -> Iterator[Rij]:
    """A choice of the insurer of 0108."""
    for rij in z.zoek("uzovi", nummer=z.bericht.uzovi_nummer):
        if rij.waarden is not None:
            keuze = rij.waarden["beleid"].get(sleutel)
            yield rij._replace(waarden={"nummer": rij.waarden["nummer"], "beleid": {sleutel: keuze}})


def _plicht(z: Zaak, plicht: Plicht) -> Iterator[Rij]:
    """A line of `machtigingsplichtig`."""
    gevuld: dict[str, Any] = {naam: waarde for naam, waarde in plicht._asdict().items() if waarde is not None}
    gevuld["prestaties"] = list(plicht.prestaties)
    if plicht.boven_bedrag is not None:
        gevuld["boven_bedrag"] = als_euro(plicht.boven_bedrag)
    for rij in _beleid(z, "machtigingsplichtig"):
        yield rij._replace(waarden={"nummer": rij.sleutel["nummer"], "beleid": {"machtigingsplichtig": [gevuld]}})


def _factuurnummer(z: Zaak) -> Iterator[Rij]:
    sleutel = {"agb": z.bericht.partij or "", "factuurnummer": z.bericht.factuurnummer or ""}
    for uzovi in z.nummer_bij:
        yield from z.zoek("factuurnummers", uzovi=uzovi, **sleutel)


def _zorgaanbieder(naam: str) -> Callable[[Zaak], Iterable[Rij]]:
    return lambda z: z.zoek("zorgaanbieders", agb=tekst(getattr(z.bericht.voorloop, naam)))


def _behandelaar(z: Zaak) -> Iterable[Rij]:
    return z.zoek("zorgaanbieders", agb=tekst(z.p.behandelaar))


def _uzovi_van_bericht(z: Zaak) -> Iterable[Rij]:
    return z.zoek("uzovi", nummer=z.bericht.uzovi_nummer)


def _uzovi_van_verzekerde(z: Zaak) -> Iterable[Rij]:
    return z.zoek("uzovi", nummer=tekst(z.o.verzekerde.uzovi))


def _polissen(z: Zaak) -> Iterable[Rij]:
    bij = z.bericht.uzovi_nummer if z.bericht.wlz else tekst(Verzekerdenrecord(z.o.verzekerde).uzovi)
    return z.zoek("polissen", uzovi=bij, persoon=z.o.persoon)


def _polis_van_overledene(z: Zaak) -> Iterator[Rij]:
    for rij in _polissen(z):
        if rij.waarden is not None and rij.waarden["overleden"] is not None and rij.waarden["overleden"] < z.dag:
            yield rij


def _prestatiecodes(z: Zaak) -> Iterable[Rij]:
    return z.zoek("prestatiecodes", code=tekst(z.p.prestatiecode))


def _geldige_prestatiecode(z: Zaak) -> Iterable[Rij]:
    return _gelden(_prestatiecodes(z), z.dag)


def _contracten(z: Zaak) -> Iterable[Rij]:
    return z.zoek("contracten", uzovi=z.bericht.uzovi_nummer, agb=z.bericht.partij or "")


def _contract_vereist(z: Zaak) -> Iterator[Rij]:
    yield from _beleid(z, "contract_vereist")
    yield from _contracten(z)


def contracttarief(z: Zaak) -> Iterator[Rij]:
    """The contracten in force on the day, each with its tariff for the prestatiecode; the last one counts."""
    for rij in _gelden(_contracten(z), z.dag):
        yield rij if rij.waarden is None else z.bron.contracttarief(rij, tekst(z.p.prestatiecode))


def tarief(z: Zaak) -> tuple[Rij, ...]:
    """The row with the highest tariff for a record 01: the contract's, else the national maximum; empty without either."""
    in_kracht = [rij for rij in contracttarief(z) if rij.waarden is not None]
    if in_kracht and any(bedrag is not None for bedrag in (in_kracht[-1].waarden or {})["tarieven"].values()):
        return (in_kracht[-1],)
    landelijk = _gelden(z.zoek("tarieven", prestatiecode=tekst(z.p.prestatiecode)), z.dag)
    return tuple(rij for rij in landelijk if rij.waarden is not None)[-1:]


def _machtiging(z: Zaak) -> Iterator[Rij]:
    """What is known under the number: of the verzekerde's label, or of the insurer."""
    nummer = tekst(z.p.machtigingsnummer)
    bij = dict.fromkeys((tekst(z.o.verzekerde.uzovi), z.bericht.uzovi_nummer))
    gevonden = [rij for uzovi in bij if uzovi in z.bericht.zoek_in for rij in _met(z, uzovi, nummer)]
    yield from [rij for rij in gevonden if rij.waarden is not None] or gevonden


def _met(z: Zaak, uzovi: str, nummer: str) -> Iterable[Rij]:
    return z.zoek("machtigingen", uzovi=uzovi, nummer=nummer)


def _machtiging_nodig(z: Zaak) -> Iterator[Rij]:
    """What asks for an authorisation, and those that the verzekerde has, none of which does."""
    vraagt = z.o.machtiging and z.o.machtiging.gevraagd_door
    if isinstance(vraagt, Plicht):
        yield from _plicht(z, vraagt)
    elif vraagt:
        uzovi, pakket, nummer = vraagt
        yield from z.zoek("dekkingen", uzovi=uzovi, pakket=pakket, volgnummer=nummer)
    if z.o.verzekerde.bsn != BSN_ONBEKEND:  # which would be anybody's
        alle = z.zoek("machtigingen", bsn=tekst(z.o.verzekerde.bsn))
        eigen = [rij for rij in alle if rij.waarden is not None and rij.waarden["uzovi"] in z.bericht.zoek_in]
        yield from eigen or (Rij("machtigingen", alle[0].sleutel, None),)


def _eerder(z: Zaak, **sleutel: str) -> dict[str, str]:
    """The key of what was declared to the insurer before for the verzekerde on the day, under this prestatiecode."""
    op = {"datum": tekst(z.p.datum), "prestatiecode": tekst(z.p.prestatiecode)}
    return {"uzovi": z.bericht.uzovi_nummer, "persoon": z.o.persoon, **op, **sleutel}


def _zelfde_prestatie(z: Zaak) -> Iterator[Rij]:
    """Where the store holds none, it was granted in this very message."""
    rijen = dict(z.bron.prestaties(**_eerder(z, soort=tekst(z.p.soort))))
    for eerdere in standing(rijen):
        if eerdere.prestatie == prestatie_van(z.p):
            yield rijen[eerdere]


def _basis(z: Zaak) -> list[Rij]:
    """The treatment of costs: none was declared, or one that does not count (rejected, credited, by another)."""
    rijen = z.zoek("prestaties", **_eerder(z, agb=z.bericht.partij or ""))
    gevonden = [rij for rij in rijen if rij.waarden and rij.waarden["soort"] not in KOSTEN]
    return gevonden or [Rij("prestaties", rijen[0].sleutel, None)]


def _reiskosten(z: Zaak) -> Iterable[Rij]:
    """Where the store holds none, they stand in this very message."""
    eerdere = z.o.terugblik and z.o.terugblik.reiskosten
    return z.zoek("prestaties", id=eerdere.id) if eerdere else ()


def _referentienummer(z: Zaak) -> Iterator[Rij]:
    grens = vijf_jaar_eerder(z.bericht.datum).isoformat()
    nummer = tekst(genormaliseerd(z.p.referentienummer))
    sleutel = {"uzovi": z.bericht.uzovi_nummer, "agb": z.bericht.partij or ""}
    for rij in z.zoek("prestaties", referentienummer=nummer, **sleutel):
        if rij.waarden and rij.waarden["ontvangen"] > grens:
            yield rij


def _genoemd_debet(z: Zaak) -> Iterable[Rij]:
    """What a credit names, where no granted record is just that: something may have been declared under that number."""
    nummer = tekst(genormaliseerd(z.p.vorig_referentienummer))
    sleutel = {"uzovi": z.bericht.uzovi_nummer, "agb": z.bericht.partij or ""}
    return z.zoek("prestaties", referentienummer=nummer, **sleutel)


def debet(z: Zaak) -> Iterator[Rij]:
    """The granted record that a credit takes back, and what credited it before."""
    eerdere = z.o.terugblik and z.o.terugblik.debet
    if not eerdere:
        return
    (rij,) = z.zoek("prestaties", id=eerdere.id)
    yield rij
    for ander, rij in z.bron.prestaties(**_eerder(z, agb=eerdere.agb, soort=eerdere.soort)):
        if ander.toegekend and ander.credit and ander.post == eerdere.post:
            yield rij


def _regels(z: Zaak, *soorten: str, behalve: bool = False) -> Iterator[Rij]:
    """The rules on combinations of these soorten that a record breaks, and the earlier prestaties by which it does."""
    for regel, eerder in z.regels:
        if (regel.soort in soorten) != behalve:
            yield from (r for r in z.zoek("combinatieregels", nummer=regel.nummer) if _is(r, regel))
            for id in eerder:
                yield from z.zoek("prestaties", id=id)


def _is(rij: Rij, regel: Combinatieregel) -> bool:
    return rij.waarden is not None and rij.waarden["ingang"] == _dag(regel.ingang.encode())


def _aan_maximum(wat: str) -> Callable[[Zaak], Iterator[Rij]]:
    """The dekkingen of which a maximum, of bedrag or aantal, leaves less than they would pay."""
    return lambda z: _dekkingen(z, z.gewogen.aan_maximum(wat) if z.gewogen else ())


def _dekkingen(z: Zaak, sleutels: Iterable[Dekkingsleutel]) -> Iterator[Rij]:
    for uzovi, pakket, nummer in sleutels:
        yield from z.zoek("dekkingen", uzovi=uzovi, pakket=pakket, volgnummer=nummer)


def _cover(z: Zaak) -> Iterator[Rij]:
    """What the cover that falls short consists of."""
    if is_credit(z.p):
        yield from debet(z)
        return
    yield from tuple(_gelden(_polissen(z), z.dag))[-1:]
    if z.gewogen is not None:
        yield from _dekkingen(z, (gekozen.sleutel for gekozen in z.gewogen.plan.gekozen))
        if z.gewogen.zonder_contract:
            yield from _beleid(z, "niet_gecontracteerd")
            yield from _contracten(z)


OORSPRONG: Mapping[str, Callable[[Zaak], Iterable[Rij]]] = {
    "0108-2": _uzovi_van_bericht,
    "0108-3": _uzovi_van_bericht,
    "0109-2": _zorgaanbieder("servicebureau"),
    "0110-4": _zorgaanbieder("zorgverlener"),
    "0110-5": _zorgaanbieder("zorgverlener"),
    "0111-3": _zorgaanbieder("praktijk"),
    "0112-2": _zorgaanbieder("instelling"),
    "0113-3": _contract_vereist,
    "0116-2": _factuurnummer,
    "0117-3": lambda _: (),  # the processing date decides
    "0117-4": lambda z: _beleid(z, "factuurdatum_max_dagen"),
    "0203-3": _polissen,
    "0204-2": _uzovi_van_verzekerde,
    "0204-3": _uzovi_van_verzekerde,
    "0205-3": _polissen,
    "0207-3": _polissen,
    "0207-4": _polissen,
    "0406-1": _uzovi_van_bericht,
    "0406-2": _machtiging_nodig,
    "0406-3": _machtiging,
    "0406-4": _machtiging,
    "0406-5": _machtiging,
    "0406-6": _machtiging,
    "0408-4": _polissen,
    "0408-5": _polis_van_overledene,
    "0408-6": lambda z: _beleid(z, "indientermijn"),
    "0408-7": _contract_vereist,
    "0409-5": _geldige_prestatiecode,
    "0409-6": _geldige_prestatiecode,
    "0409-7": _basis,
    "0413-3": _prestatiecodes,
    "0413-6": _reiskosten,
    "0413-8": _zelfde_prestatie,
    "0413-9": lambda z: _regels(z, "interval"),
    "0413-10": lambda z: _regels(z, "interval", behalve=True),
    "0414-2": _geldige_prestatiecode,
    "0415-2": _geldige_prestatiecode,
    "0416-2": _geldige_prestatiecode,
    "0420-3": _behandelaar,
    "0420-4": _behandelaar,
    "0420-5": _geldige_prestatiecode,
    "0424-4": contracttarief,
    "0424-5": tarief,
    "0424-6": tarief,
    "0425-3": _aan_maximum("aantal"),
    "0430-4": _aan_maximum("bedrag"),
    "0430-5": _cover,
    "0432-3": _referentienummer,
    "0433-3": _genoemd_debet,
    "0433-4": debet,
    "0433-5": debet,
}
"""Where to look, by check; those of the lower levels judge by the message alone."""

"""The records of a heenbericht: the received bytes, with an attribute for each rubriek, in the order of the layout.

The positions are in `layouts/mz301.tsv` and nowhere else; `fields` gives each annotated attribute its place. A record is
its bytes: nothing is stripped, decoded or converted, and a rubriek that nobody asks for costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TypeVar

from mzsim.standard.layout import LayoutError, layouts

R = TypeVar("R", bound="type[bytes]")


def fields(kenmerk: bytes) -> Callable[[R], R]:
    """Makes each annotation of a class the rubriek at its place in the layout of this record type."""

    def give_place(category: R) -> R:
        rubrieken = layouts("mz301")[kenmerk].rubrieken
        names = tuple(category.__annotations__)
        if len(names) != len(rubrieken):
            raise LayoutError(f"{category.__name__} has {len(names)} attributes for {len(rubrieken)} rubrieken")
        for name, rubriek in zip(names, rubrieken, strict=True):
            # An itemgetter, not a function: reading a rubriek is one call into C.
            setattr(
                category, name, property(itemgetter(rubriek.plaats), doc=f"Rubriek {rubriek.nummer} {rubriek.naam}.")
            )
        return category

    return give_place


@fields(b"01")
class Voorlooprecord(bytes):
    """Record 01, rubrieken 0101-0180."""

    kenmerk: bytes
    bericht: bytes
    versie: bytes
    subversie: bytes
    soort_bericht: bytes
    softwareleverancier: bytes
    softwareversie: bytes
    uzovi: bytes
    servicebureau: bytes
    zorgverlener: bytes
    praktijk: bytes
    instelling: bytes
    betaling_aan: bytes
    begindatum: bytes
    einddatum: bytes
    factuurnummer: bytes
    dagtekening: bytes
    btw_nummer: bytes
    valuta: bytes
    reserve: bytes


@fields(b"02")
class Verzekerdenrecord(bytes):
    """Record 02, rubrieken 0201-0280."""

    kenmerk: bytes
    identificatie: bytes
    bsn: bytes
    uzovi: bytes
    verzekerdennummer: bytes
    patientnummer: bytes
    geboortedatum: bytes
    geslacht: bytes
    naamcode_01: bytes
    naam_01: bytes
    voorvoegsel_01: bytes
    naamcode_02: bytes
    naam_02: bytes
    voorvoegsel_02: bytes
    voorletters: bytes
    naamcode_03: bytes
    postcode: bytes
    postcode_buitenland: bytes
    huisnummer: bytes
    huisnummertoevoeging: bytes
    land: bytes
    debiteurnummer: bytes
    overleden: bytes
    reserve: bytes


@fields(b"03")
class Debiteurrecord(bytes):
    """Record 03, rubrieken 0301-0380."""

    kenmerk: bytes
    identificatie: bytes
    debiteurnummer: bytes
    geboortedatum: bytes
    geslacht: bytes
    naamcode_01: bytes
    naam_01: bytes
    voorvoegsel_01: bytes
    naamcode_02: bytes
    naam_02: bytes
    voorvoegsel_02: bytes
    voorletters: bytes
    naamcode_03: bytes
    titulatuur: bytes
    straat: bytes
    huisnummer: bytes
    huisnummertoevoeging: bytes
    postcode: bytes
    postcode_buitenland: bytes
    woonplaats: bytes
    land: bytes
    telefoonnummer: bytes
    landnummer: bytes
    email: bytes
    bankrekening: bytes
    soort_relatie: bytes
    reserve: bytes


@fields(b"04")
class Prestatierecord(bytes):
    """Record 04, rubrieken 0401-0480."""

    kenmerk: bytes
    identificatie: bytes
    bsn: bytes
    uzovi: bytes
    verzekerdennummer: bytes
    machtigingsnummer: bytes
    doorsturen: bytes
    datum: bytes
    soort: bytes
    bijzondere_tandheelkunde: bytes
    soort_bijzondere_tandheelkunde: bytes
    prestatiecodelijst: bytes
    prestatiecode: bytes
    boven_onder: bytes
    gebitselement: bytes
    vlak: bytes
    diagnosecodelijst: bytes
    diagnosecode: bytes
    ongeval: bytes
    behandelaar: bytes
    specialisme_behandelaar: bytes
    verwijzer: bytes
    specialisme_verwijzer: bytes
    tarief: bytes
    aantal: bytes
    berekend_bedrag: bytes
    debet_credit_01: bytes
    vermindering: bytes
    btw_percentage: bytes
    declaratiebedrag: bytes
    debet_credit_02: bytes
    referentienummer: bytes
    vorig_referentienummer: bytes
    reserve: bytes


@fields(b"98")
class Commentaarrecord(bytes):
    """Record 98, rubrieken 9801-9880."""

    kenmerk: bytes
    identificatie: bytes
    regelnummer: bytes
    tekst: bytes
    reserve: bytes


@fields(b"99")
class Sluitrecord(bytes):
    """Record 99, rubrieken 9901-9980."""

    kenmerk: bytes
    aantal_verzekerdenrecords: bytes
    aantal_debiteurrecords: bytes
    aantal_prestatierecords: bytes
    aantal_commentaarrecords: bytes
    aantal_detailrecords: bytes
    totaal_declaratiebedrag: bytes
    debet_credit: bytes
    reserve: bytes


RECORDTYPEN: dict[bytes, type[bytes]] = {
    b"01": Voorlooprecord,
    b"02": Verzekerdenrecord,
    b"03": Debiteurrecord,
    b"04": Prestatierecord,
    b"98": Commentaarrecord,
    b"99": Sluitrecord,
}


def rubrieknummers(kenmerk: bytes) -> dict[str, str]:
    """The attribute of each rubriek of a record type: {"0403": "bsn", …}."""
    names = RECORDTYPEN[kenmerk].__annotations__
    return {rubriek.nummer: name for rubriek, name in zip(layouts("mz301")[kenmerk].rubrieken, names, strict=True)}


_CLOSE = layouts("mz301")[b"99"]
_TOTAL = slice(_CLOSE["9907"].begin - 1, _CLOSE["9908"].ending)
_NO_TOTAL = b"0" * _CLOSE["9907"].length + b"D"


def submitted(sluitrecord: bytes) -> bytes:
    """Rubrieken 9907 and 9908 of a heen sluitrecord, as a retour repeats them; zeros and D where they can't be read."""
    fields = sluitrecord[_TOTAL]
    readable = len(fields) == len(_NO_TOTAL) and fields[:-1].isdigit() and fields[-1:] in (b"D", b"C")
    return fields if readable else _NO_TOTAL


_REGELNUMMER = layouts("mz301")[b"98"]["9803"].plaats


def following_regelnummer(expected: int, heen: bytes) -> int:
    """The regelnummer (9803) that follows that of a commentaarrecord; `expected` is its own, where that can't be read."""
    regelnummer = heen[_REGELNUMMER]
    return (int(regelnummer) if regelnummer.isdigit() else expected) + 1

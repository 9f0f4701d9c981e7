"""A retourbericht in words: per record the code, its meaning, the rule behind it, its source, and what to change.

The 310 heen positions are in the retour, so a check that needs nothing else is put to the record again, and named where
it is the one that objects. Of checks that need the store, all that give this code on this record are named.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from mzsim.checks import REGISTER
from mzsim.checks.register import volgorde
from mzsim.checks.surroundings import Omgeving
from mzsim.common.errors import InputError
from mzsim.domain.check import Controle
from mzsim.domain.facts import UzoviFeit
from mzsim.domain.findings import Rij
from mzsim.standard.layout import LENGTE_HEEN, LENGTE_RETOUR, TEKENSET, layouts, rubrieknaam
from mzsim.standard.messages import RETOUR
from mzsim.standard.reader import lees_regels
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord, Voorlooprecord
from mzsim.standard.retourcodes import GEEN_OPMERKING, NIET_BEOORDEELD, Retourcode, given_codes
from mzsim.standard.values import CREDIT, als_euro, centen, lees_datum

_RETOUR = layouts("mz302")
_DELEN = {
    b"01": ("bestand", "alle", "voorloop", "debiteur", "sluit"),
    b"02": ("verzekerde",),
    b"03": ("verzekerde",),
    b"04": ("prestatie", "toekenning"),
    b"98": ("commentaar",),
}
# Checks of the voorlooprecord's codes that look at something else than that record.
_ANDER_RECORD = ("bestand", "alle", "debiteur", "sluit")
_KLASSEN = {b"01": Voorlooprecord, b"02": Verzekerdenrecord, b"04": Prestatierecord}
Masker = Callable[[str], str] | None


class Codeuitleg(NamedTuple):
    """A retourcode on a record, and the checks that give it there; `rijen` are the rows of the store that decided each,
    where that is known."""

    code: str
    betekenis: str
    controles: tuple[Controle, ...]
    rijen: tuple[tuple[Rij, ...], ...] = ()


class Recorduitleg(NamedTuple):
    """A record of the retour: what it is about, its codes, and its amounts in cents where it has any.

    `herleiding` says line by line how the amount granted came about, where that is known.
    """

    regel: int
    record: str
    identificatie: int | None
    bsn: str
    wat: str
    codes: tuple[Codeuitleg, ...]
    declaratiebedrag: int | None = None
    berekend: int | None = None
    toegekend: int | None = None
    herleiding: tuple[str, ...] = ()


class Uitleg(NamedTuple):
    """A whole retourbericht; totals in cents, a credit negative.

    `betaaldatum` is when the insurer pays; None where there is nothing to pay or its beleid is not known. `overig` are lines
    about what did not come back, `onherleid` is why it can't be told how the retour came about, `kanttekening` what to
    think of when that is told.
    """

    afzender: str
    dagtekening: str
    factuurnummer: str
    records: tuple[Recorduitleg, ...]
    ingediend: int
    toegekend: int
    betaaldatum: dt.date | None
    overig: tuple[str, ...] = ()
    onherleid: str | None = None
    kanttekening: str | None = None

    def als_dict(self, masker: Masker) -> dict[str, Any]:
        """For JSON: amounts as decimal strings."""
        return {
            "afzender": self.afzender,
            "dagtekening": self.dagtekening,
            "factuurnummer": self.factuurnummer,
            "totaal_ingediend": als_euro(self.ingediend),
            "totaal_toegekend": als_euro(self.toegekend),
            **({"betaaldatum": self.betaaldatum.isoformat()} if self.betaaldatum else {}),
            "records": [_record_dict(record, masker) for record in self.records],
            **({"onherleid": self.onherleid} if self.onherleid else {}),
            **({"kanttekening": self.kanttekening} if self.kanttekening else {}),
        }

    def regels(self, masker: Masker) -> Iterator[str]:
        """For people, a line at a time."""
        yield f"retourbericht of {self.afzender} on factuur {self.factuurnummer}, dated {self.dagtekening}"
        yield f"granted {als_euro(self.toegekend)} of {als_euro(self.ingediend)}"
        if self.betaaldatum:
            yield f"payment date {self.betaaldatum}"
        for record in self.records:
            if any(code.code != GEEN_OPMERKING for code in record.codes) or record.record == "01":
                yield ""
                yield from _record_regels(record, masker)
        stil = sum(all(code.code == GEEN_OPMERKING for code in r.codes) for r in self.records if r.record != "01")
        if stil:
            yield ""
            yield f"{stil} more came back without an objection of their own (0200)"
        if self.overig:
            yield ""
            yield from self.overig
        for zin in filter(None, (self.onherleid, self.kanttekening)):
            yield ""
            yield zin


def _record_dict(r: Recorduitleg, masker: Masker) -> dict[str, Any]:
    bedragen = {naam: getattr(r, naam) for naam in ("declaratiebedrag", "berekend", "toegekend")}
    return {
        "regel": r.regel,
        "record": r.record,
        "identificatie": r.identificatie,
        "bsn": masker(r.bsn) if masker else r.bsn,
        **{naam: als_euro(bedrag) for naam, bedrag in bedragen.items() if bedrag is not None},
        "codes": [
            {
                "retourcode": c.code,
                "betekenis": c.betekenis,
                "controles": [
                    {
                        "id": k.id,
                        "rubriek": k.rubriek,
                        "tekst": k.zin,
                        "bron": k.bron,
                        "herstel": k.herstel,
                        **({"rijen": [rij._asdict() for rij in rijen]} if rijen else {}),
                    }
                    for k, rijen in _met_rijen(c)
                ],
            }
            for c in r.codes
        ],
    }


def _record_regels(r: Recorduitleg, masker: Masker) -> Iterator[str]:
    wie = f" of {masker(r.bsn) if masker else r.bsn}" if r.bsn else ""
    nummer = "" if r.identificatie is None else f" {r.identificatie}"
    yield f"line {r.regel}: {_RETOUR[r.record.encode()].naam}{nummer}{wie}{r.wat and f', {r.wat}'}"
    if r.declaratiebedrag is not None and r.toegekend is not None:
        rest = als_euro(r.declaratiebedrag - r.toegekend)
        yield f"  declared {als_euro(r.declaratiebedrag)}, granted {als_euro(r.toegekend)}, left {rest}"
    for code in r.codes:
        yield f"  {code.code} {code.betekenis}"
        for controle, rijen in _met_rijen(code):
            rubriek = f"{controle.rubriek} {rubrieknaam(controle.rubriek)}: " if controle.rubriek else ""
            yield f"    {controle.id}: {rubriek}{controle.zin} [{controle.bron}]"
            yield f"      {controle.herstel}"
            for rij in rijen:
                yield f"      decided by {_rij(rij)}"
    for regel in r.herleiding:
        yield f"  {regel}"


def _met_rijen(code: Codeuitleg) -> Iterator[tuple[Controle, tuple[Rij, ...]]]:
    geen: tuple[Rij, ...] = ()
    yield from zip(code.controles, code.rijen or (geen,) * len(code.controles), strict=True)


def _rij(rij: Rij) -> str:
    """A row of the store in a line."""
    if rij.waarden is None:
        return f"{rij.lijst}: none with {_waarden(rij.sleutel)}"
    return f"{rij.lijst}: {_waarden(rij.waarden)}"


def _waarden(waarden: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{naam} {waarde if isinstance(waarde, str) else json.dumps(waarde)}"
        for naam, waarde in waarden.items()
        if waarde not in (None, "", [], {})
    )


def leg_uit(
    retour: BinaryIO, codes: Mapping[str, Retourcode], verzekeraars: Mapping[str, UzoviFeit] = MappingProxyType({})
) -> Uitleg:
    """Reads a retourbericht; raises `InputError` where it is none. `verzekeraars` are those whose beleid is known."""
    retour.seek(0)
    records: list[Recorduitleg] = []
    kop, sluit = b"", b""
    omgeving: Omgeving | None = None
    for nummer, (regel, _) in enumerate(lees_regels(retour, LENGTE_RETOUR), start=1):
        if len(regel) != LENGTE_RETOUR or regel[:2] not in _RETOUR:
            raise InputError(
                f"line {nummer} is no record of an MZ302 (370 positions); mzsim check-retour says what is wrong"
            )
        if regel[:2] == b"99":
            sluit = regel
            continue
        if regel[:2] == b"01":
            kop = regel
            omgeving = _omgeving(kop)
        elif regel[:2] == b"02" and omgeving is not None:
            omgeving.verzekerde = Verzekerdenrecord(regel[:LENGTE_HEEN])
        records.append(_record(nummer, regel, codes, omgeving))
    if not kop or not sluit:
        raise InputError("no retourbericht: it needs a voorlooprecord and a sluitrecord of 370 positions")
    toegekend = _bedrag(sluit, "9909", "9910")
    return Uitleg(
        afzender=_veld(kop, "0181").partition("-")[0] or "unknown (0181 is empty)",
        dagtekening=_veld(kop, "0182"),
        factuurnummer=_veld(kop, "0116"),
        records=tuple(records),
        ingediend=_bedrag(sluit, "9907", "9908"),
        toegekend=toegekend,
        betaaldatum=_betaaldatum(kop, toegekend, verzekeraars.get(_veld(kop, "0108"))),
    )


def _betaaldatum(kop: bytes, toegekend: int, verzekeraar: UzoviFeit | None) -> dt.date | None:
    dagtekening = lees_datum(kop[_RETOUR[b"01"]["0182"].plaats])
    if verzekeraar is None or dagtekening is None:
        return None
    return verzekeraar.beleid.betaaldatum(dagtekening, toegekend)


def _veld(regel: bytes, nummer: str) -> str:
    return regel[_RETOUR[regel[:2]][nummer].plaats].decode(TEKENSET).strip()


def _bedrag(regel: bytes, bedrag: str, indicatie: str) -> int:
    layout = _RETOUR[regel[:2]]
    centen_ = centen(regel[layout[bedrag].plaats])
    return -centen_ if regel[layout[indicatie].plaats] == CREDIT else centen_


def _record(nummer: int, regel: bytes, codes: Mapping[str, Retourcode], omgeving: Omgeving | None) -> Recorduitleg:
    kenmerk = regel[:2]
    identificatie = None if kenmerk == b"01" else centen(regel[2:14])
    uitleg = Recorduitleg(
        nummer,
        kenmerk.decode(),
        identificatie,
        "",
        "",
        tuple(_code(code, regel, codes, omgeving) for code in given_codes(regel)),
    )
    if kenmerk == b"02":
        return uitleg._replace(bsn=_veld(regel, "0203"))
    if kenmerk == b"04":
        return uitleg._replace(
            bsn=_veld(regel, "0403"),
            wat=f"{_veld(regel, '0413')} on {_veld(regel, '0408')}",
            declaratiebedrag=_bedrag(regel, "0430", "0431"),
            berekend=_bedrag(regel, "0481", "0482"),
            toegekend=_bedrag(regel, "0483", "0484"),
        )
    return uitleg


def _code(code: str, regel: bytes, codes: Mapping[str, Retourcode], omgeving: Omgeving | None) -> Codeuitleg:
    rij = codes.get(code)
    betekenis = rij.betekenis if rij else "not in the code list"
    if code in (GEEN_OPMERKING, NIET_BEOORDEELD):
        return Codeuitleg(code, betekenis, ())
    mogelijk = [c for c in REGISTER.values() if c.retourcode == code and c.deel in _DELEN[regel[:2]]]
    zeker = [c for c in mogelijk if _slaat_aan(c, regel, omgeving)]
    rest = [c for c in mogelijk if c.niveau > 4 or c.deel in _ANDER_RECORD]
    return Codeuitleg(code, betekenis, tuple(sorted(zeker or rest or mogelijk, key=volgorde)))


def _slaat_aan(controle: Controle, regel: bytes, omgeving: Omgeving | None) -> bool:
    """Whether a check objects to the heen record, as far as the retour alone shows it."""
    klasse = _KLASSEN.get(regel[:2])
    if controle.niveau > 5 or klasse is None or omgeving is None or controle.deel in _ANDER_RECORD:
        return False
    try:
        return controle.functie(klasse(regel[:LENGTE_HEEN]), omgeving)
    except AttributeError:  # it needs a verzekerdenrecord that did not come back
        return False


def _omgeving(kop: bytes) -> Omgeving:
    """What the voorlooprecord of a retour says to the checks of its records; of the store nothing is known."""
    voorloop = Voorlooprecord(kop)
    datum = kop[_RETOUR[b"01"]["0182"].plaats]
    return Omgeving(
        datum=datum,
        dagtekening=voorloop.dagtekening,
        declarant=b"",
        wlz=voorloop.bericht == RETOUR.wlz,
        uzovi={},
        verzekeraar=None,
        prestatiecodes={},
    )

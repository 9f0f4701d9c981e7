"""What differs between an expected and an actual answer: of a retour by record and rubriek, never whole records."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from io import BytesIO
from itertools import zip_longest
from typing import Any, NamedTuple

from mzsim.domain.findings import Melding, Uitkomst
from mzsim.standard.layout import CRLF, LENGTE_RETOUR, TEKENSET, layouts
from mzsim.standard.messages import FIRST_RETOURCODE
from mzsim.standard.reader import lees_regels
from mzsim.standard.retourcodes import given_codes
from mzsim.standard.values import als_euro
from mzsim.suites.case import Eis, Verwacht

_RETOUR = layouts("mz302")
_GENUMMERD = (b"02", b"03", b"04", b"98")
_GEEN = "none"


class Verschil(NamedTuple):
    """One difference. `wat` is the key of `expect` that it is about.

    Of a retour: the line of the retour that was found (1-based; None for a record that is missing), kenmerk,
    identificatie, and the rubriek where one differs. `verwacht` and `gevonden` are not masked.
    """

    wat: str
    regel: int | None
    record: str | None
    identificatie: int | None
    rubriek: str | None
    verwacht: str
    gevonden: str


def verschillen(
    verwacht: Verwacht, verwachte_retour: bytes | None, uitkomst: Uitkomst, retour: bytes | None
) -> Iterator[Verschil]:
    """Everything in which an answer is not what was expected; `verwachte_retour` is the content of `verwacht.retour`."""
    gegeven = verwacht.gegeven
    if "status" in gegeven and verwacht.status is not uitkomst.status:
        yield _in_het_geheel("status", str(verwacht.status), str(uitkomst.status))
    if "totaal_toegekend" in gegeven and verwacht.totaal_toegekend != uitkomst.totaal_toegekend:
        eis = als_euro(verwacht.totaal_toegekend or 0)
        yield _in_het_geheel("totaal_toegekend", eis, als_euro(uitkomst.totaal_toegekend))
    codes = codes_van(uitkomst)
    if "codes" in gegeven and verwacht.codes != codes:
        yield _in_het_geheel("codes", " ".join(verwacht.codes) or _GEEN, " ".join(codes) or _GEEN)
    if "meldingen" in gegeven:
        yield from _meldingen(verwacht.meldingen, uitkomst.meldingen)
    if "retour" in gegeven:
        yield from _retour(verwachte_retour, retour)


def codes_van(uitkomst: Uitkomst) -> tuple[str, ...]:
    """The retourcodes of the meldingen, in order."""
    return tuple(m.retourcode for m in uitkomst.meldingen if m.retourcode is not None)


def melding_als_dict(melding: Melding) -> dict[str, str | int | None]:
    """A melding as a case writes it."""
    bevinding = melding.bevinding
    return {
        "record": bevinding.record,
        "identificatie": bevinding.identificatie,
        "rubriek": bevinding.controle.rubriek,
        "retourcode": melding.retourcode,
        "controle": bevinding.controle.id,
    }


def _in_het_geheel(wat: str, verwacht: str, gevonden: str) -> Verschil:
    return Verschil(wat, None, None, None, None, verwacht, gevonden)


def _meldingen(eisen: tuple[Eis, ...], meldingen: tuple[Melding, ...]) -> Iterator[Verschil]:
    """In order; what stands before the first that doesn't fit and behind the last is left out."""
    over, rest = list(eisen), [melding_als_dict(melding) for melding in meldingen]
    for kant in (0, -1):
        while over and rest and _past(over[kant], rest[kant]):
            del over[kant], rest[kant]
    for eis, melding in zip_longest(over, rest):
        if eis is None or melding is None or not _past(eis, melding):
            verwacht = _GEEN if eis is None else _tekst(dict(eis))
            yield _in_het_geheel("meldingen", verwacht, _GEEN if melding is None else _tekst(melding))


def _past(eis: Eis, melding: dict[str, str | int | None]) -> bool:
    return all(melding[naam] == waarde for naam, waarde in eis)


def _tekst(velden: dict[str, Any]) -> str:
    return " ".join(f"{naam} {'none' if waarde is None else waarde}" for naam, waarde in velden.items()) or "anything"


class _Record(NamedTuple):
    nummer: int
    inhoud: bytes
    einde: bytes

    @property
    def sleutel(self) -> bytes:
        """What it is about: kenmerk and identificatie, of a commentaarrecord its regelnummer as well."""
        lengte = {b"98": 18}.get(self.inhoud[:2], 14) if self.inhoud[:2] in _GENUMMERD else 2
        return self.inhoud[:lengte]

    def verschil(self, rubriek: str | None, verwacht: str, gevonden: str, *, ontbreekt: bool = False) -> Verschil:
        kenmerk = self.inhoud[:2].decode(TEKENSET)
        nummer = self.inhoud[2:14] if self.inhoud[:2] in _GENUMMERD else b""
        identificatie = int(nummer) if nummer.isdigit() else None
        return Verschil(
            "retour", None if ontbreekt else self.nummer, kenmerk, identificatie, rubriek, verwacht, gevonden
        )

    @property
    def kort(self) -> str:
        """The record in a few words."""
        if self.inhoud[:2] not in FIRST_RETOURCODE or len(self.inhoud) != LENGTE_RETOUR:
            return "a record"
        return f"a record with {' '.join(given_codes(self.inhoud)) or 'no retourcode'}"


def _retour(verwacht: bytes | None, gevonden: bytes | None) -> Iterator[Verschil]:
    if verwacht == gevonden:
        return
    if verwacht is None or gevonden is None:
        yield _in_het_geheel("retour", _omvang(verwacht), _omvang(gevonden))
        return
    oud, nieuw = _records(verwacht), _records(gevonden)
    vergelijking = SequenceMatcher(None, [r.sleutel for r in oud], [r.sleutel for r in nieuw], autojunk=False)
    for soort, i, j, k, m in vergelijking.get_opcodes():
        if soort == "equal":
            for een, ander in zip(oud[i:j], nieuw[k:m], strict=True):
                yield from _record(een, ander)
            continue
        yield from (een.verschil(None, een.kort, _GEEN, ontbreekt=True) for een in oud[i:j])
        yield from (ander.verschil(None, _GEEN, ander.kort) for ander in nieuw[k:m])


def _omvang(retour: bytes | None) -> str:
    return "no retour" if retour is None else f"a retour of {len(_records(retour))} records"


def _records(retour: bytes) -> list[_Record]:
    regels = enumerate(lees_regels(BytesIO(retour), LENGTE_RETOUR), start=1)
    return [_Record(nummer, inhoud, einde) for nummer, (inhoud, einde) in regels]


def _record(een: _Record, ander: _Record) -> Iterator[Verschil]:
    if een.einde != ander.einde:
        yield ander.verschil(None, f"line end {_einde(een.einde)}", f"line end {_einde(ander.einde)}")
    if een.inhoud == ander.inhoud:
        return
    layout = _RETOUR.get(een.inhoud[:2])
    if layout is None or len(een.inhoud) != len(ander.inhoud) or len(een.inhoud) != LENGTE_RETOUR:
        yield ander.verschil(None, f"{len(een.inhoud)} positions", f"{len(ander.inhoud)} positions")
        return
    for rubriek in layout.rubrieken:
        links, rechts = een.inhoud[rubriek.plaats], ander.inhoud[rubriek.plaats]
        if links != rechts:
            yield ander.verschil(rubriek.nummer, links.decode(TEKENSET), rechts.decode(TEKENSET))


def _einde(einde: bytes) -> str:
    return {CRLF: "CR/LF", b"\r": "CR", b"\n": "LF"}.get(einde, _GEEN)

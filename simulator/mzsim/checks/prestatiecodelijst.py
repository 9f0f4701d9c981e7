"""The prestatierecord against the prestatiecodelijst in force on the datum prestatie.

A store without prestatiecodes has no list to check against. A code that the list does not hold is objected to once, in
0413; what it would ask is unknown then.
"""

from __future__ import annotations

from mzsim.checks.prestatie_form import GEEN_ELEMENT
from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.facts import PrestatiecodeFeit, geldige_code
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import gevuld

_CODE = ("0408", "0412", "0413")
"""The rubrieken that say which line of the list counts."""


def _code(p: Prestatierecord, o: Omgeving) -> PrestatiecodeFeit | None:
    return geldige_code(o.prestatiecodes, p.prestatiecode, p.datum)


@controle(
    "0413-3", 6, "prestatie", "0582", "VZ",
    bron="BER 0413 (COD388), prestatiecodelijst 010",
    herstel="Declare a code that the prestatiecodelijst holds on the datum prestatie (in the store: prestatiecodes).",
    leest=_CODE,
    per="inhoud",
)  # fmt: skip
def prestatiecode_onbekend(p: Prestatierecord, o: Omgeving) -> bool:
    """Prestatiecode is not in the prestatiecodelijst on the datum prestatie."""
    return bool(o.prestatiecodes) and _code(p, o) is None


@controle(
    "0414-2", 6, "prestatie", "3903", "VZ",
    bron="NZa Regeling mondzorg, annex 1",
    herstel="Fill 0414 with the jaw (1 or 2); this prestatiecode needs it (in the store: prestatiecodes, kaak).",
    leest=_CODE,
    per="inhoud",
)  # fmt: skip
def kaak_ontbreekt(p: Prestatierecord, o: Omgeving) -> bool:
    """Indicatie boven/onder tandheelkunde is 0 while the prestatiecode needs the jaw."""
    return p.boven_onder == b"0" and (code := _code(p, o)) is not None and code.kaak


@controle(
    "0415-2", 6, "prestatie", "8072", "VZ",
    bron="NZa Regeling mondzorg, annex 1",
    herstel="Fill 0415 with the tooth; this prestatiecode needs it (in the store: prestatiecodes, element).",
    leest=_CODE,
    per="inhoud",
)  # fmt: skip
def element_ontbreekt(p: Prestatierecord, o: Omgeving) -> bool:
    """Gebitselementcode is 00 while the prestatiecode needs the tooth."""
    return p.gebitselement == GEEN_ELEMENT and (code := _code(p, o)) is not None and code.element


@controle(
    "0416-2", 6, "prestatie", "8072", "VZ",
    bron="NZa Regeling mondzorg, annex 1",
    herstel="Fill 0416 with the surfaces; this prestatiecode needs them (in the store: prestatiecodes, vlak).",
    leest=_CODE,
    per="inhoud",
)  # fmt: skip
def vlak_ontbreekt(p: Prestatierecord, o: Omgeving) -> bool:
    """Vlakcode is empty while the prestatiecode needs the surfaces."""
    return not p.vlak.strip(b" ") and (code := _code(p, o)) is not None and code.vlak


@controle(
    "0420-5", 6, "prestatie", "0562", "Z",
    bron="prestatiecodelijst 010: the kinds of zorgverlener that may claim a code",
    herstel="Name a behandelaar of a kind that may claim this prestatiecode (in the store: prestatiecodes, bevoegd).",
    leest=_CODE,
    per="inhoud",
)  # fmt: skip
def behandelaar_niet_bevoegd(p: Prestatierecord, o: Omgeving) -> bool:
    """The behandelaar is of an AGB kind that may not claim the prestatiecode (not judged where he is unknown)."""
    if not gevuld(p.behandelaar) or (o.zorgaanbieders is not None and p.behandelaar not in o.zorgaanbieders):
        return False
    code = _code(p, o)
    return code is not None and bool(code.bevoegd) and p.behandelaar[:2] not in code.bevoegd

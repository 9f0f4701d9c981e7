"""The prestatierecord against the prestatiecodelijst in force on the datum prestatie.

A store without prestatiecodes has no list to check against. A code that the list does not hold is objected to once, in
0413; what it would ask is unknown then.
"""

from __future__ import annotations

from mzsim.checks.prestatie_form import NO_ELEMENT
from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.facts import PrestatiecodeFact, valid_code
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import filled

_CODE = ("0408", "0412", "0413")
"""The rubrieken that say which line of the list counts."""


def _code(p: Prestatierecord, o: Surroundings) -> PrestatiecodeFact | None:
    return valid_code(o.prestatiecodes, p.prestatiecode, p.datum)


@check(
    "0413-3", 6, "prestatie", "0582", "VZ",
    source="BER 0413 (COD388), prestatiecodelijst 010",
    remedy="Declare a code that the prestatiecodelijst holds on the datum prestatie (in the store: prestatiecodes).",
    reads=_CODE,
    per="inhoud",
)  # fmt: skip
def prestatiecode_unknown(p: Prestatierecord, o: Surroundings) -> bool:
    """Prestatiecode is not in the prestatiecodelijst on the datum prestatie."""
    return bool(o.prestatiecodes) and _code(p, o) is None


@check(
    "0414-2", 6, "prestatie", "3903", "VZ",
    source="NZa Regeling mondzorg, annex 1",
    remedy="Fill 0414 with the jaw (1 or 2); this prestatiecode needs it (in the store: prestatiecodes, kaak).",
    reads=_CODE,
    per="inhoud",
)  # fmt: skip
def jaw_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Indicatie boven/onder tandheelkunde is 0 while the prestatiecode needs the jaw."""
    return p.boven_onder == b"0" and (code := _code(p, o)) is not None and code.kaak


@check(
    "0415-2", 6, "prestatie", "8072", "VZ",
    source="NZa Regeling mondzorg, annex 1",
    remedy="Fill 0415 with the tooth; this prestatiecode needs it (in the store: prestatiecodes, element).",
    reads=_CODE,
    per="inhoud",
)  # fmt: skip
def element_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Gebitselementcode is 00 while the prestatiecode needs the tooth."""
    return p.gebitselement == NO_ELEMENT and (code := _code(p, o)) is not None and code.element


@check(
    "0416-2", 6, "prestatie", "8072", "VZ",
    source="NZa Regeling mondzorg, annex 1",
    remedy="Fill 0416 with the surfaces; this prestatiecode needs them (in the store: prestatiecodes, vlak).",
    reads=_CODE,
    per="inhoud",
)  # fmt: skip
def surface_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Vlakcode is empty while the prestatiecode needs the surfaces."""
    return not p.vlak.strip(b" ") and (code := _code(p, o)) is not None and code.vlak


@check(
    "0420-5", 6, "prestatie", "0562", "Z",
    source="prestatiecodelijst 010: the kinds of zorgverlener that may claim a code",
    remedy="Name a behandelaar of a kind that may claim this prestatiecode (in the store: prestatiecodes, bevoegd).",
    reads=_CODE,
    per="inhoud",
)  # fmt: skip
def behandelaar_not_bevoegd(p: Prestatierecord, o: Surroundings) -> bool:
    """The behandelaar is of an AGB kind that may not claim the prestatiecode (not judged where he is unknown)."""
    if not filled(p.behandelaar) or (o.zorgaanbieders is not None and p.behandelaar not in o.zorgaanbieders):
        return False
    code = _code(p, o)
    return code is not None and bool(code.bevoegd) and p.behandelaar[:2] not in code.bevoegd

"""The parties of the voorlooprecord and the behandelaars against the register of zorgaanbieders (AGB).

A store without zorgaanbieders has no register to check against. A code that the register does not hold, or holds as of
another soort than the rubriek is for (INV 2.3.2 table 2-2), is objected to once, in its own rubriek; where it works is
not asked then. To work somewhere is to work in it, or in what belongs to it, over any number of steps: a rechtspersoon
declares what was done in the praktijken of its gezondheidscentra (INV 2.3.2, 1B and 2D).
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.checks.voorlooprecord import VoorloopSurroundings
from mzsim.domain.facts import Zorgaanbieders
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import filled

SERVICEBUREAU, ZORGVERLENER, PRAKTIJK, INSTELLING = "servicebureau", "zorgverlener", "praktijk", "instelling"


def _unknown(code: bytes, register: Zorgaanbieders | None) -> bool:
    return register is not None and filled(code) and code not in register


def _is_other(code: bytes, kind: str, register: Zorgaanbieders | None) -> bool:
    return register is not None and code in register and register[code].kind != kind


@check(
    "0109-2", 6, "voorloop", "0013", "VZ",
    source="COD954 0013",
    remedy="Fill 0109 with the AGB-code of a known servicebureau (in the store: zorgaanbieders).",
)  # fmt: skip
def servicebureau_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code servicebureau is not in the register of zorgaanbieders."""
    return _unknown(v.servicebureau, o.zorgaanbieders)


@check(
    "0109-4", 6, "voorloop", "0013", "VZ",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0109 with the AGB-code of a servicebureau, or leave it empty (in the store: zorgaanbieders, soort).",
)  # fmt: skip
def servicebureau_is_other(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code servicebureau is in the register of zorgaanbieders, but not as a servicebureau."""
    return _is_other(v.servicebureau, SERVICEBUREAU, o.zorgaanbieders)


@check(
    "0110-4", 6, "voorloop", "0014", "VZ",
    source="COD954 0014",
    remedy="Fill 0110 with the AGB-code of a known zorgverlener (in the store: zorgaanbieders).",
)  # fmt: skip
def zorgverlener_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlenerscode is not in the register of zorgaanbieders."""
    return _unknown(v.zorgverlener, o.zorgaanbieders)


@check(
    "0110-5", 6, "voorloop", "8066", "VZ",
    source="COD954 8066; INV 2.3.2",
    remedy="Name a zorgverlener (0110) who works in the praktijk of 0111 (in the store: zorgaanbieders, werkt_in).",
    reads=("0111",),
)  # fmt: skip
def zorgverlener_not_in_praktijk(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlener does not work in the praktijk of 0111 (both in the register of zorgaanbieders, as what they are)."""
    register = o.zorgaanbieders or {}
    who, where = register.get(v.zorgverlener), register.get(v.praktijk)
    return (
        who is not None
        and who.kind == ZORGVERLENER
        and where is not None
        and where.kind == PRAKTIJK
        and v.praktijk not in who.works_in
    )


@check(
    "0110-7", 6, "voorloop", "0014", "VZ",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0110 with the AGB-code of a person; a praktijk belongs in 0111, an instelling in 0112 (in the store:"
    " zorgaanbieders, soort).",
)  # fmt: skip
def zorgverlener_is_other(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlenerscode is in the register of zorgaanbieders, but not as a zorgverlener."""
    return _is_other(v.zorgverlener, ZORGVERLENER, o.zorgaanbieders)


@check(
    "0111-3", 6, "voorloop", "0016", "VZ",
    source="COD954 0016",
    remedy="Fill 0111 with the AGB-code of a known praktijk (in the store: zorgaanbieders).",
)  # fmt: skip
def praktijk_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Praktijkcode is not in the register of zorgaanbieders."""
    return _unknown(v.praktijk, o.zorgaanbieders)


@check(
    "0111-5", 6, "voorloop", "0016", "VZ",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0111 with the AGB-code of a praktijk; an instelling belongs in 0112 (in the store: zorgaanbieders, soort).",
)  # fmt: skip
def praktijk_is_other(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Praktijkcode is in the register of zorgaanbieders, but not as a praktijk."""
    return _is_other(v.praktijk, PRAKTIJK, o.zorgaanbieders)


@check(
    "0112-2", 6, "voorloop", "0017", "VZ",
    source="COD954 0017",
    remedy="Fill 0112 with the AGB-code of a known instelling (in the store: zorgaanbieders).",
)  # fmt: skip
def instelling_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Instellingscode is not in the register of zorgaanbieders."""
    return _unknown(v.instelling, o.zorgaanbieders)


@check(
    "0112-4", 6, "voorloop", "0017", "VZ",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0112 with the AGB-code of an instelling; a praktijk belongs in 0111, with its zorgverlener in 0110 (in the"
    " store: zorgaanbieders, soort).",
)  # fmt: skip
def instelling_is_other(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Instellingscode is in the register of zorgaanbieders, but not as an instelling."""
    return _is_other(v.instelling, INSTELLING, o.zorgaanbieders)


@check(
    "0420-3", 6, "prestatie", "8011", "Z",
    source="COD954 8011",
    remedy="Fill 0420 with the AGB-code of a known behandelaar (in the store: zorgaanbieders).",
    per="inhoud",
)  # fmt: skip
def behandelaar_unknown(p: Prestatierecord, o: Surroundings) -> bool:
    """The behandelaar is not in the register of zorgaanbieders."""
    return _unknown(p.behandelaar, o.zorgaanbieders)


@check(
    "0420-4", 6, "prestatie", "0559", "Z",
    source="COD954 0559; INV 2.3.2",
    remedy="Name a behandelaar who works in the praktijk or instelling that declares, or in what belongs to it (in the"
    " store: zorgaanbieders, werkt_in).",
    per="inhoud",
)  # fmt: skip
def behandelaar_without_relation(p: Prestatierecord, o: Surroundings) -> bool:
    """The behandelaar works neither in the praktijk (0111) or instelling (0112) that declares nor in the party that is paid."""
    if o.zorgaanbieders is None or not o.workplaces or p.behandelaar in o.workplaces:
        return False
    who = o.zorgaanbieders.get(p.behandelaar)
    return who is not None and who.works_in.isdisjoint(o.workplaces)

"""The parties of the voorlooprecord and the behandelaars against the register of zorgaanbieders (AGB).

A store without zorgaanbieders has no register to check against. A code that the register does not hold is objected to
once, in its own rubriek; where it works is unknown then.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.checks.voorlooprecord import VoorloopSurroundings
from mzsim.domain.facts import Zorgaanbieders
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import filled


def _unknown(code: bytes, register: Zorgaanbieders | None) -> bool:
    return register is not None and filled(code) and code not in register


@check(
    "0109-2", 6, "voorloop", "0013", "VZ",
    source="COD954 0013",
    remedy="Fill 0109 with the AGB-code of a known servicebureau (in the store: zorgaanbieders).",
)  # fmt: skip
def servicebureau_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code servicebureau is not in the register of zorgaanbieders."""
    return _unknown(v.servicebureau, o.zorgaanbieders)


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
    source="COD954 8066",
    remedy="Name a zorgverlener (0110) who works in the praktijk of 0111 (in the store: zorgaanbieders, werkt_in).",
    reads=("0111",),
)  # fmt: skip
def zorgverlener_not_in_praktijk(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlener does not work in the praktijk of 0111 (both in the register of zorgaanbieders)."""
    return (
        o.zorgaanbieders is not None
        and v.praktijk in o.zorgaanbieders
        and v.praktijk not in o.zorgaanbieders.get(v.zorgverlener, (v.praktijk,))
    )


@check(
    "0111-3", 6, "voorloop", "0016", "VZ",
    source="COD954 0016",
    remedy="Fill 0111 with the AGB-code of a known praktijk (in the store: zorgaanbieders).",
)  # fmt: skip
def praktijk_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Praktijkcode is not in the register of zorgaanbieders."""
    return _unknown(v.praktijk, o.zorgaanbieders)


@check(
    "0112-2", 6, "voorloop", "0017", "VZ",
    source="COD954 0017",
    remedy="Fill 0112 with the AGB-code of a known instelling (in the store: zorgaanbieders).",
)  # fmt: skip
def instelling_unknown(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Instellingscode is not in the register of zorgaanbieders."""
    return _unknown(v.instelling, o.zorgaanbieders)


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
    source="COD954 0559",
    remedy="Name a behandelaar who works in the praktijk or instelling that declares (in the store: zorgaanbieders, werkt_in).",
    per="inhoud",
)  # fmt: skip
def behandelaar_without_relation(p: Prestatierecord, o: Surroundings) -> bool:
    """The behandelaar does not work in the praktijk (0111) or instelling (0112) that declares."""
    return (
        o.zorgaanbieders is not None
        and o.declarant not in (b"", p.behandelaar)
        and o.declarant not in o.zorgaanbieders.get(p.behandelaar, (o.declarant,))
    )

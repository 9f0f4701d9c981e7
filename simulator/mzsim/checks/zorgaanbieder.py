"""The parties of the voorlooprecord and the behandelaars against the register of zorgaanbieders (AGB).

A store without zorgaanbieders has no register to check against. A code that the register does not hold is objected to
once, in its own rubriek; where it works is unknown then.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.checks.voorlooprecord import Voorloopomgeving
from mzsim.domain.facts import Zorgaanbieders
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import gevuld


def _onbekend(code: bytes, register: Zorgaanbieders | None) -> bool:
    return register is not None and gevuld(code) and code not in register


@controle(
    "0109-2", 6, "voorloop", "0013", "VZ",
    bron="COD954 0013",
    herstel="Fill 0109 with the AGB-code of a known servicebureau (in the store: zorgaanbieders).",
)  # fmt: skip
def servicebureau_onbekend(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Code servicebureau is not in the register of zorgaanbieders."""
    return _onbekend(v.servicebureau, o.zorgaanbieders)


@controle(
    "0110-4", 6, "voorloop", "0014", "VZ",
    bron="COD954 0014",
    herstel="Fill 0110 with the AGB-code of a known zorgverlener (in the store: zorgaanbieders).",
)  # fmt: skip
def zorgverlener_onbekend(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Zorgverlenerscode is not in the register of zorgaanbieders."""
    return _onbekend(v.zorgverlener, o.zorgaanbieders)


@controle(
    "0110-5", 6, "voorloop", "8066", "VZ",
    bron="COD954 8066",
    herstel="Name a zorgverlener (0110) who works in the praktijk of 0111 (in the store: zorgaanbieders, werkt_in).",
    leest=("0111",),
)  # fmt: skip
def zorgverlener_niet_in_praktijk(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Zorgverlener does not work in the praktijk of 0111 (both in the register of zorgaanbieders)."""
    return (
        o.zorgaanbieders is not None
        and v.praktijk in o.zorgaanbieders
        and v.praktijk not in o.zorgaanbieders.get(v.zorgverlener, (v.praktijk,))
    )


@controle(
    "0111-3", 6, "voorloop", "0016", "VZ",
    bron="COD954 0016",
    herstel="Fill 0111 with the AGB-code of a known praktijk (in the store: zorgaanbieders).",
)  # fmt: skip
def praktijk_onbekend(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Praktijkcode is not in the register of zorgaanbieders."""
    return _onbekend(v.praktijk, o.zorgaanbieders)


@controle(
    "0112-2", 6, "voorloop", "0017", "VZ",
    bron="COD954 0017",
    herstel="Fill 0112 with the AGB-code of a known instelling (in the store: zorgaanbieders).",
)  # fmt: skip
def instelling_onbekend(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Instellingscode is not in the register of zorgaanbieders."""
    return _onbekend(v.instelling, o.zorgaanbieders)


@controle(
    "0420-3", 6, "prestatie", "8011", "Z",
    bron="COD954 8011",
    herstel="Fill 0420 with the AGB-code of a known behandelaar (in the store: zorgaanbieders).",
    per="inhoud",
)  # fmt: skip
def behandelaar_onbekend(p: Prestatierecord, o: Omgeving) -> bool:
    """The behandelaar is not in the register of zorgaanbieders."""
    return _onbekend(p.behandelaar, o.zorgaanbieders)


@controle(
    "0420-4", 6, "prestatie", "0559", "Z",
    bron="COD954 0559",
    herstel="Name a behandelaar who works in the praktijk or instelling that declares (in the store: zorgaanbieders, werkt_in).",
    per="inhoud",
)  # fmt: skip
def behandelaar_zonder_relatie(p: Prestatierecord, o: Omgeving) -> bool:
    """The behandelaar does not work in the praktijk (0111) or instelling (0112) that declares."""
    return (
        o.zorgaanbieders is not None
        and o.declarant not in (b"", p.behandelaar)
        and o.declarant not in o.zorgaanbieders.get(p.behandelaar, (o.declarant,))
    )

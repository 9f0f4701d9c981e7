"""To whom a message goes, who declares and who is paid: rubrieken 0108-0113 of a voorlooprecord (INV 2.3.2).

They differ where a servicebureau sends the declaration and is paid, or a zorgverlener is paid for what he declares from a
praktijk. An insurer may have agreed with either.
"""

from __future__ import annotations

from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import filled

NO_UZOVI = b"0000"
"""Rubriek 0108 of a message that goes to no insurer."""

PARTY = {b"01": "0109", b"02": "0110", b"03": "0111", b"04": "0112"}
"""COD833: which rubriek names the party that is paid, by the value of 0113."""


def to_servicebureau(v: Voorlooprecord) -> bool:
    """Whether a message goes to a servicebureau: no UZOVI-nummer, and a servicebureau (INV 2.3.2 table 2-2, 2A-2C)."""
    return v.uzovi == NO_UZOVI and filled(v.servicebureau)


def party(v: Voorlooprecord) -> bytes:
    """The AGB-code of the party that is paid (0113 over 0109-0112); empty where 0113 names none."""
    codes = {"0109": v.servicebureau, "0110": v.zorgverlener, "0111": v.praktijk, "0112": v.instelling}
    rubriek = PARTY.get(v.betaling_aan)
    return codes[rubriek] if rubriek else b""


def declarant(v: Voorlooprecord) -> bytes:
    """The AGB-code of who declares in its own name: the instelling (0112), else the praktijk (0111), else the zorgverlener
    (0110); empty where there is none."""
    return next((code for code in (v.instelling, v.praktijk, v.zorgverlener) if filled(code)), b"")


def parties(v: Voorlooprecord) -> tuple[bytes, ...]:
    """The AGB-codes whose contract and authorisations count: the party that is paid, then the declarant where that is
    another. None where nobody is paid."""
    paid = party(v)
    if not _is_agb(paid):
        return ()
    return tuple(code for code in dict.fromkeys((paid, declarant(v))) if _is_agb(code))


def workplaces(v: Voorlooprecord) -> frozenset[bytes]:
    """The AGB-codes with one of which a behandelaar needs a relation: of the praktijk (0111) or instelling (0112) that
    declares, and of the party that is paid. None where a zorgverlener declares by himself."""
    own = declarant(v)
    return frozenset() if own in (b"", v.zorgverlener) else frozenset((own, *parties(v)))


def _is_agb(code: bytes) -> bool:
    return code.isdigit() and filled(code)

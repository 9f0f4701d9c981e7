"""Retourberichten that wait for their place, as people and programs see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mzsim.answering.delivery import Seen
from mzsim.common.names import kept, printable
from mzsim.common.promise import Stand
from mzsim.presentation.parts import Part, Table

_STANDS = {
    Stand.KEPT: "geplaatst",
    Stand.READY: "klaar",
    Stand.AT_WORK: "bezig",
    Stand.STUCK: "vast",
}
"""How JSON calls them; these are names that users rely on."""
_WORDS = {
    Stand.KEPT: "is in its place",
    Stand.READY: "can be placed",
    Stand.AT_WORK: "its own run is placing it",
}


def remark(found: Sequence[Seen]) -> str | None:
    """One line on what is stuck, and where; None where nothing is."""
    stuck = [one for one in found if one.sight.stand is Stand.STUCK]
    if not stuck:
        return None
    first = printable(f"{stuck[0].waiting.promise.place}: {stuck[0].sight.reason}")
    if len(stuck) == 1:
        return f"a retour of an earlier run waits for its place: {first}; see mzsim db waiting"
    return f"{len(stuck)} retours of earlier runs wait for their places, the first {first}; see mzsim db waiting"


def waiting_parts(found: Sequence[Seen]) -> Iterator[Part]:
    """All that waits, for people."""
    if not found:
        yield "nothing waits"
        return
    header = ("id", "received", "insurer", "party", "factuurnummer", "retour", "on computer", "how it stands")
    yield Table(header, [_row(one) for one in found])


def _row(one: Seen) -> tuple[str, ...]:
    waits, sight = one
    message = (waits.message_id, waits.received, waits.uzovi, waits.agb, waits.factuurnummer)
    return (*map(str, message), str(waits.promise.place), waits.computer, sight.reason or _WORDS[sight.stand])


def as_dict(one: Seen) -> dict[str, Any]:
    """One that waits, as JSON has it."""
    waits, sight = one
    return {
        "id": waits.message_id,
        "ontvangen": waits.received.isoformat(),
        "uzovi": waits.uzovi,
        "agb": waits.agb,
        "factuurnummer": waits.factuurnummer,
        "retour": kept(waits.promise.place),
        "deel": kept(waits.promise.part),
        "computer": waits.computer,
        "stand": _STANDS[sight.stand],
    } | ({"reden": sight.reason} if sight.reason else {})

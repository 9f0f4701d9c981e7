"""An objection with what it was judged by: what is asked for the rows that decided it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from mzsim.checks.surroundings import Surroundings
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.findings import Row
from mzsim.explanation.derivation import Weighed
from mzsim.judging.message import Message
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import text
from mzsim.store.file_rows import FileRows


class Matter(NamedTuple):
    """An objection to a record (`heen`), with what it was judged by.

    `surroundings` is None for the voorlooprecord, for which `number_at` names the insurers where the factuurnummer is in use;
    `weighed` is a record whose amount was weighed; `lines` are the rules on combinations that it breaks, with the ids of
    the earlier prestaties by which it does.
    """

    message: Message
    source: FileRows
    heen: bytes = b""
    surroundings: Surroundings | None = None
    weighed: Weighed | None = None
    lines: tuple[tuple[Combinatieregel, Collection[int]], ...] = ()
    number_at: Sequence[str] = ()

    def find(self, listing: str, **key: str | int) -> tuple[Row, ...]:
        """The rows of a list under a key; one without values where there is none."""
        return self.source.find(listing, **key)

    @property
    def o(self) -> Surroundings:
        """What the checks of detail records know."""
        assert self.surroundings is not None
        return self.surroundings

    @property
    def p(self) -> Prestatierecord:
        """The prestatierecord."""
        return Prestatierecord(self.heen)

    @property
    def day(self) -> str:
        """Rubriek 0408 as a store file writes a day."""
        return as_day(self.p.datum)


def as_day(rubriek: bytes) -> str:
    """A rubriek with a day as a store file writes it."""
    date = text(rubriek)
    return f"{date[:4]}-{date[4:6]}-{date[6:]}"

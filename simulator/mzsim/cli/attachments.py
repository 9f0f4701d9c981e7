"""What `replay` writes beside a retour where it is asked for: its manifest, and versions of it with a fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mzsim import manifest as manifesten
from mzsim.cli.replay_files import Asked
from mzsim.common.inputs import open_message
from mzsim.domain.findings import Outcome
from mzsim.manifest import RunRecord
from mzsim.pipeline import Order
from mzsim.retour import faults
from mzsim.retour.faulty_files import write_faulty
from mzsim.retour.good import Good
from mzsim.standard.retourcodes import Retourcode, retourcodes


class Attachment(NamedTuple):
    """A file that was written, and what it is; or one that was not, and why."""

    place: Path
    written: bool
    what: str


class Attachments:
    """Writes what is asked for, with the store's own codes."""

    def __init__(self, asked: Asked, own_codes: Mapping[str, Retourcode]) -> None:
        self._asked = asked
        self._codes = {**retourcodes(), **own_codes}

    def at(self, order: Order) -> Order:
        """A replay that is watched, where a manifest is asked for."""
        return order._replace(witness=RunRecord()) if self._asked.manifest else order

    def write(self, order: Order, outcome: Outcome) -> Iterator[Attachment]:
        """Writes what belongs to a retour that has its place."""
        declaration, retour_file = order.files
        if not outcome.has_retour:
            yield from (
                Attachment(place, False, "there is no retour") for place in self._asked.places(declaration, retour_file)
            )
            return
        if isinstance(order.witness, RunRecord):
            yield Attachment(manifesten.write(order, order.witness), True, "The manifest of this run.")
        if self._asked.kinds:
            with open_message(declaration) as heen, open_message(retour_file) as retour:
                good = Good.of(retour, heen)
                for kind in self._asked.kinds:
                    yield self._write_faulty(faults.path_of(retour_file, kind), kind, good)

    def _write_faulty(self, place: Path, kind: str, good: Good) -> Attachment:
        why_not = write_faulty(place, kind, good, self._codes)
        return Attachment(place, why_not is None, faults.what(kind) if why_not is None else why_not)

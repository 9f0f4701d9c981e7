"""What `replay` writes beside a retour where it is asked for: its manifest, and versions of it with a fault."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mzsim import manifest as manifesten
from mzsim.cli.options import FAULTS
from mzsim.common.errors import InputError, OutputError
from mzsim.common.inputs import open_message
from mzsim.domain.findings import Outcome
from mzsim.manifest import RunRecord
from mzsim.pipeline import Order
from mzsim.retour import faults
from mzsim.retour.faulty_files import write_faulty
from mzsim.retour.good import Good
from mzsim.standard.retourcodes import Retourcode, retourcodes

ALL = "all"


class Attachment(NamedTuple):
    """A file that was written, and what it is; or one that was not, and why."""

    place: Path
    written: bool
    what: str


class Attachments:
    """The same for every declaration of a command: kinds of fault, whether with a manifest, and the store's own codes."""

    def __init__(self, kinds: Collection[str], own_codes: Mapping[str, Retourcode], *, with_manifest: bool) -> None:
        self._kinds = [kind for kind in FAULTS if kind in kinds or ALL in kinds]
        self._codes = {**retourcodes(), **own_codes}
        self._with_manifest = with_manifest

    def require_free(self, orders: Sequence[Order]) -> None:
        """Refuses, before anything is replayed, what would be written over a declaration, a retour or the script."""
        for declaration, retour in (order.files for order in orders):
            if any(self._places(retour)) and declaration.exists() and not declaration.is_file():
                raise InputError(f"{declaration}: is no ordinary file; --manifest and --verstoor need one")
        taken = {os.path.realpath(path) for o in orders for path in _read_and_written(o)}
        for order in orders:
            for place in self._places(order.files[1]):
                if os.path.realpath(place) in taken:
                    raise OutputError(f"{place}: is already read or written by this command; use --out")
                taken.add(os.path.realpath(place))

    def _places(self, retour: Path) -> Iterator[Path]:
        if self._with_manifest:
            yield manifesten.path_of(retour)
        yield from (faults.path_of(retour, kind) for kind in self._kinds)

    def at(self, order: Order) -> Order:
        """A replay that is watched, where a manifest is asked for."""
        return order._replace(witness=RunRecord()) if self._with_manifest else order

    def write(self, order: Order, outcome: Outcome) -> Iterator[Attachment]:
        """Writes what belongs to a retour that has its place."""
        declaration, retour_file = order.files
        if not outcome.has_retour:
            yield from (Attachment(place, False, "there is no retour") for place in self._places(retour_file))
            return
        if isinstance(order.witness, RunRecord):
            yield Attachment(manifesten.write(order, order.witness), True, "The manifest of this run.")
        if self._kinds:
            with open_message(declaration) as heen, open_message(retour_file) as retour:
                good = Good.of(retour, heen)
                for kind in self._kinds:
                    yield self._write_faulty(faults.path_of(retour_file, kind), kind, good)

    def _write_faulty(self, place: Path, kind: str, good: Good) -> Attachment:
        why_not = write_faulty(place, kind, good, self._codes)
        return Attachment(place, why_not is None, faults.what(kind) if why_not is None else why_not)


def _read_and_written(order: Order) -> Iterator[Path]:
    yield from order.files
    if order.script is not None and order.script.path is not None:
        yield order.script.path

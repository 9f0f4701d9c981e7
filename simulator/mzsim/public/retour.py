"""What there is to know of a retourbericht: `check_retour` says what is wrong with it, `explain` what it says and why."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from mzsim.common.errors import InputError
from mzsim.explanation.explaining import explained, knowledge
from mzsim.presentation.output import mask
from mzsim.public.sources import Message, message_of, opened
from mzsim.public.store import Store
from mzsim.retour.check import deviations_of_retour
from mzsim.retour.deviation import RetourDeviation
from mzsim.retour.words import WordedRetour


class Deviation(NamedTuple):
    """Something wrong in a retourbericht: line (1-based) and record of the retour, rubriek where one is to blame.

    `expected` and `found` are as they stand in the message, in full: a name or BSN too.
    """

    line: int
    record: str
    identificatie: int | None
    rubriek: str | None
    expected: str
    found: str
    reason: str

    def __str__(self) -> str:
        return str(RetourDeviation(*self))


def check_retour(declaration: Message, retour: Message, *, store: Store | None = None) -> tuple[Deviation, ...]:
    """Everything that is wrong with a retourbericht on a declaration, as VECOZO and a receiver check it; empty: in order.

    Structure, retourcodes, counts and sums, that no data of the declaration was changed, and that what the records say
    fits together (INV 3.2 example 3b, 3.3). A commentaarrecord that was added, or a retourcode newer than the list of the
    program, is not wrong. Both are bytes or the path of a file. With the store that answered its own retourcodes are
    known, and those that the insurer's beleid gives in place of others.

    Raises InputError where one can't be read, or the declaration has no voorlooprecord; StoreError where the store can't
    be used.
    """
    known = knowledge(None if store is None else store.opened())
    with opened(message_of(declaration)) as heen, opened(message_of(retour)) as back:
        return tuple(Deviation(*found) for found in deviations_of_retour(heen, back, known.codes, known.insurers))


class Explanation:
    """A retourbericht in words: per record the code, its meaning, the rule, its source, and what to change."""

    def __init__(self, explanation: WordedRetour, grants: list[dict[str, Any]] | None) -> None:
        """`grants` say how each amount came about; None where that is not known."""
        self._explanation = explanation
        self._grants = grants

    def text(self) -> str:
        """What `mzsim explain` prints, without a line end at its end; BSN and names are masked."""
        return "\n".join(self._explanation.lines(mask))

    def to_dict(self) -> dict[str, Any]:
        """The object of `mzsim explain --json`; BSN and names are masked."""
        found = self._explanation.as_dict(mask)
        return found if self._grants is None else {**found, "toekenningen": self._grants}


def explain(retour: Message, *, declaration: Message | None = None, store: Store | None = None) -> Explanation:
    """Says in words what a retourbericht says and, with the store that answered, how it came about.

    For that the declaration is answered once more: without `declaration` the one that stands beside a retour that is a
    path. The store stays as it is. Where it can't be told how the retour came about, the explanation says why.

    Raises InputError where a message can't be read or is no retourbericht, or where a declaration is given without the
    store that answered it; StoreError where the store can't be used.
    """
    if declaration is not None and store is None:
        raise InputError("a declaration is answered once more to explain its retour; give the store that answered it")
    place = message_of(retour)
    with opened(place) as stream:
        database = None if store is None else store.opened()
        heen = None if declaration is None else message_of(declaration)
        with explained(place, stream, knowledge(database), database, heen, mask, in_memory=True) as found:
            grants = None if found.grants is None else [json.loads(t) for t in found.grants]
            return Explanation(found.explanation, grants)

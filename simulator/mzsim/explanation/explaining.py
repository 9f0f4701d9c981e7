"""A retourbericht explained: what it says, and with the store that answered how it came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage
from mzsim.common.message_names import declaratie_bij
from mzsim.domain.facts import UzoviFeit
from mzsim.explanation.collector import Toelichting
from mzsim.explanation.enrichment import verrijk
from mzsim.explanation.rejudging import Herbeoordeling, Onherleid, herbeoordeel
from mzsim.retour.words import Masker, Uitleg, leg_uit
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import Feitenbron
from mzsim.store.session import Database

_NIET_BEWAARD = "the store does not remember this answer: this is how it would answer on what it held that day"


class Explained(NamedTuple):
    """What a retour says; `toekenningen` is what was granted, each as JSON, None where it isn't known how that came about."""

    uitleg: Uitleg
    toekenningen: Iterator[str] | None


class Knowledge(NamedTuple):
    """The code list with what a store adds to it, and the insurers that the store knows."""

    codes: Mapping[str, Retourcode]
    insurers: Mapping[str, UzoviFeit]


def knowledge(store: Database | None) -> Knowledge:
    """What there is to explain a retour with; without a store the list of the program."""
    if store is None:
        return Knowledge(retourcodes(), {})
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date.min)
        return Knowledge({**retourcodes(), **feiten.retourcodes()}, feiten.uzovi())


@contextmanager
def explained(
    retour: Path | BytesMessage,
    bron: BinaryIO,
    known: Knowledge,
    store: Database | None,
    declaratie: Path | BytesMessage | None,
    masker: Masker,
    *,
    in_memory: bool = False,
) -> Iterator[Explained]:
    """Explains a retour, which `bron` reads; what was granted can be read until the context is left.

    With a store the declaration is answered again: without `declaratie` the one that stands beside the retour. With
    `in_memory` nothing goes to a temporary file. Raises InputError where `bron` is no retourbericht, or a declaration that
    was named can't be read.
    """
    uitleg = leg_uit(bron, *known)
    if store is None:
        yield Explained(uitleg, None)
        return
    with Toelichting(masker, in_memory=in_memory) as toelichting:
        try:
            uitkomst = _herleid(retour, declaratie, bron, store, toelichting)
        except Onherleid as reden:
            yield Explained(uitleg._replace(onherleid=str(reden)), None)
            return
        uitleg = verrijk(uitleg, uitkomst.uitkomst, toelichting)
        if not uitkomst.bewaard:
            uitleg = uitleg._replace(kanttekening=_NIET_BEWAARD)
        yield Explained(uitleg, toelichting.toekenningen())


def _herleid(
    retour: Path | BytesMessage,
    declaratie: Path | BytesMessage | None,
    bron: BinaryIO,
    store: Database,
    toelichting: Toelichting,
) -> Herbeoordeling:
    if declaratie is not None:
        return herbeoordeel(declaratie, bron, store, toelichting)
    gevonden = declaratie_bij(retour) if isinstance(retour, Path) else None
    if gevonden is None:
        raise Onherleid("its declaration is not beside it; name it with --declaratie to see how the retour came about")
    try:
        return herbeoordeel(gevonden, bron, store, toelichting)
    except InputError as fout:  # nobody named it, and a retour can be read without
        raise Onherleid(str(fout)) from None

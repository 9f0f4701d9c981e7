"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import click

from mzsim.cli.options import STANDAARDBESTAND, open_store
from mzsim.common.errors import InputError, StoreError
from mzsim.domain.facts import UzoviFeit
from mzsim.explanation.collector import Toelichting
from mzsim.explanation.enrichment import verrijk
from mzsim.explanation.rejudging import Herbeoordeling, Onherleid, herbeoordeel
from mzsim.pipeline import open_bericht
from mzsim.presentation import output
from mzsim.retour.words import Masker, leg_uit
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import Feitenbron
from mzsim.store.session import Store


def toon(retour: Path, store_url: str | None, declaratie: Path | None, *, als_json: bool, unmask: bool) -> None:
    """Prints what a retour says and, with the store that answered, how it came about.

    Without `store_url` that is the usual one, where there is one; without `declaratie` what stands beside the retour.
    """
    masker: Masker = None if unmask else output.masker
    with open_bericht(retour) as bron:
        store = _store(store_url)
        if store is None and declaratie is not None:
            raise click.UsageError("--declaratie needs the store that answered: --store")
        uitleg = leg_uit(bron, *kennis(store))
        if store is None:
            output.toon_uitleg(uitleg, masker, als_json=als_json)
            return
        with Toelichting(masker) as toelichting:
            try:
                uitkomst = _herleid(retour, declaratie, bron, store, toelichting)
            except Onherleid as reden:
                output.toon_uitleg(uitleg._replace(onherleid=str(reden)), masker, als_json=als_json)
                return
            uitleg = verrijk(uitleg, uitkomst.uitkomst, toelichting)
            if not uitkomst.bewaard:
                uitleg = uitleg._replace(kanttekening=_NIET_BEWAARD)
            output.toon_uitleg(uitleg, masker, als_json=als_json, toekenningen=toelichting.toekenningen())


_NIET_BEWAARD = "the store does not remember this answer: this is how it would answer on what it held that day"


def _herleid(
    retour: Path, declaratie: Path | None, bron: BinaryIO, store: Store, toelichting: Toelichting
) -> Herbeoordeling:
    if declaratie is not None:
        return herbeoordeel(declaratie, bron, store, toelichting)
    gevonden = output.declaratie_bij(retour)
    if gevonden is None:
        raise Onherleid("its declaration is not beside it; name it with --declaratie to see how the retour came about")
    try:
        return herbeoordeel(gevonden, bron, store, toelichting)
    except InputError as fout:  # nobody named it, and a retour can be read without
        raise Onherleid(str(fout)) from None


def _store(url: str | None) -> Store | None:
    """The store that was named, which must be there, or the usual one where that can be used."""
    if url is not None:
        return open_store(url, alleen_lezen=True, bestaand=True)
    try:
        return (
            open_store(f"sqlite:///{STANDAARDBESTAND}", alleen_lezen=True) if Path(STANDAARDBESTAND).is_file() else None
        )
    except StoreError:  # nobody named it, and a retour can be read without
        return None


def kennis(store: Store | None) -> tuple[Mapping[str, Retourcode], Mapping[str, UzoviFeit]]:
    """The code list with what a store adds to it, and the insurers that the store knows."""
    if store is None:
        return retourcodes(), {}
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date.min)
        return {**retourcodes(), **feiten.retourcodes()}, feiten.uzovi()

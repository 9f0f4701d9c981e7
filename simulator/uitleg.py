"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import click

from simulator import uitvoer
from simulator.codelijsten.retourcodes import Retourcode, retourcodes
from simulator.feiten import UzoviFeit
from simulator.fouten import InvoerFout, StoreFout
from simulator.opties import STANDAARDBESTAND, open_store
from simulator.pipeline import open_bericht
from simulator.retour.explain import Masker, leg_uit
from simulator.store.facts import Feitenbron
from simulator.store.session import Store
from simulator.toelichting.herbeoordeling import Herbeoordeling, Onherleid, herbeoordeel
from simulator.toelichting.verrijking import verrijk
from simulator.toelichting.verzamelaar import Toelichting


def toon(retour: Path, store_url: str | None, declaratie: Path | None, *, als_json: bool, unmask: bool) -> None:
    """Prints what a retour says and, with the store that answered, how it came about.

    Without `store_url` that is the usual one, where there is one; without `declaratie` what stands beside the retour.
    """
    masker: Masker = None if unmask else uitvoer.masker
    with open_bericht(retour) as bron:
        store = _store(store_url)
        if store is None and declaratie is not None:
            raise click.UsageError("--declaratie needs the store that answered: --store")
        uitleg = leg_uit(bron, *kennis(store))
        if store is None:
            uitvoer.toon_uitleg(uitleg, masker, als_json=als_json)
            return
        with Toelichting(masker) as toelichting:
            try:
                uitkomst = _herleid(retour, declaratie, bron, store, toelichting)
            except Onherleid as reden:
                uitvoer.toon_uitleg(uitleg._replace(onherleid=str(reden)), masker, als_json=als_json)
                return
            uitleg = verrijk(uitleg, uitkomst.uitkomst, toelichting)
            if not uitkomst.bewaard:
                uitleg = uitleg._replace(kanttekening=_NIET_BEWAARD)
            uitvoer.toon_uitleg(uitleg, masker, als_json=als_json, toekenningen=toelichting.toekenningen())


_NIET_BEWAARD = "the store does not remember this answer: this is how it would answer on what it held that day"


def _herleid(
    retour: Path, declaratie: Path | None, bron: BinaryIO, store: Store, toelichting: Toelichting
) -> Herbeoordeling:
    if declaratie is not None:
        return herbeoordeel(declaratie, bron, store, toelichting)
    gevonden = uitvoer.declaratie_bij(retour)
    if gevonden is None:
        raise Onherleid("its declaration is not beside it; name it with --declaratie to see how the retour came about")
    try:
        return herbeoordeel(gevonden, bron, store, toelichting)
    except InvoerFout as fout:  # nobody named it, and a retour can be read without
        raise Onherleid(str(fout)) from None


def _store(url: str | None) -> Store | None:
    """The store that was named, which must be there, or the usual one where that can be used."""
    if url is not None:
        return open_store(url, alleen_lezen=True, bestaand=True)
    try:
        return (
            open_store(f"sqlite:///{STANDAARDBESTAND}", alleen_lezen=True) if Path(STANDAARDBESTAND).is_file() else None
        )
    except StoreFout:  # nobody named it, and a retour can be read without
        return None


def kennis(store: Store | None) -> tuple[Mapping[str, Retourcode], Mapping[str, UzoviFeit]]:
    """The code list with what a store adds to it, and the insurers that the store knows."""
    if store is None:
        return retourcodes(), {}
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date.min)
        return {**retourcodes(), **feiten.retourcodes()}, feiten.uzovi()

"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from simulator import uitvoer
from simulator.codelijsten.retourcodes import Retourcode, retourcodes
from simulator.feiten import UzoviFeit
from simulator.fouten import StoreFout
from simulator.opties import STANDAARDBESTAND, open_store
from simulator.pipeline import open_bericht
from simulator.retour.explain import Masker, Uitleg, leg_uit
from simulator.store.facts import Feitenbron

if TYPE_CHECKING:
    from simulator.store.session import Store


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
        declaratie = declaratie or uitvoer.declaratie_bij(retour)
        if store is None:
            uitvoer.toon_uitleg(uitleg, masker, als_json=als_json)
        elif declaratie is None:
            reden = "its declaration is not beside it; name it with --declaratie to see how the retour came about"
            uitvoer.toon_uitleg(uitleg._replace(onherleid=reden), masker, als_json=als_json)
        else:
            _toon_met_herleiding(uitleg, bron, declaratie, store, masker, als_json=als_json)


def _store(url: str | None) -> Store | None:
    if url is not None:
        return open_store(url, alleen_lezen=True)
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


def _toon_met_herleiding(
    uitleg: Uitleg, bron: BinaryIO, declaratie: Path, store: Store, masker: Masker, *, als_json: bool
) -> None:
    from simulator.toelichting.herbeoordeling import herbeoordeel
    from simulator.toelichting.verrijking import verrijk
    from simulator.toelichting.verzamelaar import Toelichting

    with Toelichting(masker) as toelichting:
        uitkomst = herbeoordeel(declaratie, bron, store, toelichting)
        if uitkomst is None:
            reden = (
                f"how it came about can't be told: of {declaratie} this store makes another retour now (it was changed"
                " since, another store or a script answered)"
            )
            uitvoer.toon_uitleg(uitleg._replace(onherleid=reden), masker, als_json=als_json)
        else:
            uitleg = verrijk(uitleg, uitkomst, toelichting)
            uitvoer.toon_uitleg(uitleg, masker, als_json=als_json, toekenningen=toelichting.toekenningen())

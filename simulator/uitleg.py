"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from simulator import uitvoer
from simulator.codelijsten.retourcodes import Retourcode, retourcodes
from simulator.feiten import UzoviFeit
from simulator.opties import open_store
from simulator.pipeline import open_bericht
from simulator.retour.explain import Masker, Uitleg, leg_uit
from simulator.store.facts import Feitenbron

if TYPE_CHECKING:
    from simulator.store.session import Store


def toon(retour: Path, store_url: str | None, declaratie: Path | None, *, als_json: bool, unmask: bool) -> None:
    """Prints what a retour says; with a store, how it came about too. `declaratie` is looked for beside it where None."""
    masker: Masker = None if unmask else uitvoer.masker
    with ExitStack() as tot_slot:
        bron = tot_slot.enter_context(open_bericht(retour))
        if store_url is None:
            uitvoer.toon_uitleg(leg_uit(bron, retourcodes()), masker, als_json=als_json)
            return
        store = open_store(store_url, alleen_lezen=True)
        tot_slot.callback(store.sluit)
        uitleg = leg_uit(bron, *kennis(store))
        declaratie = declaratie or uitvoer.declaratie_bij(retour)
        if declaratie is None:
            reden = "its declaration is not beside it; name it with --declaratie to see how the retour came about"
            uitvoer.toon_uitleg(uitleg._replace(onherleid=reden), masker, als_json=als_json)
        else:
            _toon_met_herleiding(uitleg, bron, declaratie, store, masker, als_json=als_json)


def kennis(store: Store) -> tuple[Mapping[str, Retourcode], Mapping[str, UzoviFeit]]:
    """The code list with what a store adds to it, and the insurers that the store knows."""
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

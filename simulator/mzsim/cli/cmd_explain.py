"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

from pathlib import Path

import click

from mzsim.cli.options import STANDAARDBESTAND, open_store
from mzsim.cli.printing import show, show_json
from mzsim.common.errors import StoreError
from mzsim.common.inputs import open_bericht
from mzsim.explanation.explaining import explained, knowledge
from mzsim.presentation import output
from mzsim.retour.words import Masker
from mzsim.store.session import Database


def toon(retour: Path, store_url: str | None, declaratie: Path | None, *, als_json: bool, unmask: bool) -> None:
    """Prints what a retour says and, with the store that answered, how it came about.

    Without `store_url` that is the usual one, where there is one; without `declaratie` what stands beside the retour.
    """
    masker: Masker = None if unmask else output.masker
    with open_bericht(retour) as bron:
        store = _store(store_url)
        if store is None and declaratie is not None:
            raise click.UsageError("--declaratie needs the store that answered: --store")
        with explained(retour, bron, knowledge(store), store, declaratie, masker) as gevonden:
            if als_json:
                show_json(output.explanation_json(gevonden.uitleg, masker, gevonden.toekenningen))
            else:
                show(gevonden.uitleg.regels(masker))


def _store(url: str | None) -> Database | None:
    """The store that was named, which must be there, or the usual one where that can be used."""
    if url is not None:
        return open_store(url, alleen_lezen=True, bestaand=True)
    try:
        return (
            open_store(f"sqlite:///{STANDAARDBESTAND}", alleen_lezen=True) if Path(STANDAARDBESTAND).is_file() else None
        )
    except StoreError:  # nobody named it, and a retour can be read without
        return None

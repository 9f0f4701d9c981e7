"""The command `mzsim explain`: a retourbericht in words, with what the store that answered knows of it."""

from __future__ import annotations

from pathlib import Path

import click

from mzsim.cli.options import DEFAULT_FILE, open_store
from mzsim.cli.printing import show, show_json
from mzsim.common.errors import StoreError
from mzsim.common.inputs import open_message
from mzsim.explanation.explaining import explained, knowledge
from mzsim.presentation import output
from mzsim.retour.words import Mask
from mzsim.store.session import Database


def show_explanation(
    retour: Path, store_url: str | None, declaration: Path | None, *, as_json: bool, unmask: bool
) -> None:
    """Prints what a retour says and, with the store that answered, how it came about.

    Without `store_url` that is the usual one, where there is one; without `declaration` what stands beside the retour.
    """
    mask: Mask = None if unmask else output.mask
    with open_message(retour) as source:
        store = _store(store_url)
        if store is None and declaration is not None:
            raise click.UsageError("--declaratie needs the store that answered: --store")
        with explained(retour, source, knowledge(store), store, declaration, mask) as found:
            if as_json:
                show_json(output.explanation_json(found.explanation, mask, found.grants))
            else:
                show(found.explanation.lines(mask))


def _store(url: str | None) -> Database | None:
    """The store that was named, which must be there, or the usual one where that can be used."""
    if url is not None:
        return open_store(url, read_only=True, existing=True)
    try:
        return open_store(f"sqlite:///{DEFAULT_FILE}", read_only=True) if Path(DEFAULT_FILE).is_file() else None
    except StoreError:  # nobody named it, and a retour can be read without
        return None

"""`mzsim demo`: the worked examples of INV chapter 3, replayed in a throw-away store."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import click

from mzsim.common.shipped import shipped
from mzsim.domain.findings import Stage, Uitkomst
from mzsim.pipeline import Opdracht, replay
from mzsim.presentation import output
from mzsim.standard.values import als_euro
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store

DATUM = dt.date(2011, 5, 2)
"""The day on which the examples play."""


def speel_voor(bewaar: Path | None) -> None:
    """Replays every example and prints who answered what; `bewaar` is a folder that keeps the files."""
    if bewaar:
        bewaar.mkdir(parents=True, exist_ok=True)
    with nullcontext(str(bewaar)) if bewaar else tempfile.TemporaryDirectory() as werkmap:
        map_ = Path(werkmap)
        rijen = []
        for declaratie in sorted(shipped("inv3").glob("*.mz301.asc")):
            store = map_ / f"{declaratie.name.split('.')[0]}.db"
            store.unlink(missing_ok=True)
            geopend = open_store(f"sqlite:///{store}")
            laad_bestand(geopend, shipped("inv3") / "store.yaml")
            eigen = shutil.copy(declaratie, map_ / declaratie.name)
            for stage in (Stage.ALL, Stage.VERZEKERAAR):
                retour = map_ / declaratie.name.replace(".mz301.", f".{stage}.mz302.")
                opdracht = Opdracht(Path(eigen), retour, DATUM, stage, dry_run=True)
                rijen.append((declaratie.name.split(".")[0], stage, replay(opdracht, geopend)))
            geopend.sluit()
    click.echo(
        "The examples of INV chapter 3, played on 2011-05-02: the whole path, then the insurer with VECOZO left out.\n"
    )
    output.toon_tabel(
        ("example", "path", "answered by", "status", "declared", "granted", "retourcodes"),
        ((naam, _PAD[stage], *_samenvatting(uitkomst)) for naam, stage, uitkomst in rijen),
    )
    click.echo("Next: mzsim db load FILE.yaml, then mzsim replay DECLARATION. mzsim --help says more.")


_PAD = {Stage.ALL: "VECOZO, insurer", Stage.VERZEKERAAR: "insurer only"}


def _samenvatting(uitkomst: Uitkomst) -> tuple[str, ...]:
    codes = dict.fromkeys(f"{m.retourcode} on {m.bevinding.record}" for m in uitkomst.meldingen)
    return (
        uitkomst.afzender or "",
        str(uitkomst.status),
        als_euro(uitkomst.totaal_ingediend),
        als_euro(uitkomst.totaal_toegekend),
        ", ".join(codes) or "8001 on 01",
    )

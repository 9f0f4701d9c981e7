"""`mzsim mutate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from mzsim.cli.options import optie_json

_STORES = "stores"
_AFGELEID = "derived.yaml"


@click.command("mutate")
@click.argument("declaratie", metavar="DECLARATION", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "doel",
    metavar="FOLDER",
    required=True,
    type=click.Path(path_type=Path),
    help="A new or empty folder for the suite.",
)
@click.option(
    "--store-file",
    "storebestanden",
    metavar="FILE.yaml|@LIST",
    multiple=True,
    help="A store file that the declaration is granted with (may be given more than once, loaded in order). Where none"
    " has polissen, the least store that grants it is made of the declaration itself.",
)
@click.option(
    "--date",
    "datum",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The processing date of the cases.  [default: the dagtekening of the declaration]",
)
@click.option("--check", "controles", metavar="ID", multiple=True, help="Only defects for this check (or another).")
@click.option("--list", "alles", is_flag=True, help="Name every case that was written.")
@optie_json
def mutate(
    declaratie: Path,
    doel: Path,
    storebestanden: tuple[str, ...],
    datum: dt.datetime | None,
    controles: tuple[str, ...],
    alles: bool,
    als_json: bool,
) -> None:
    """Write the smallest defects of a valid declaration, a case for each check that can apply.

    Each case holds the declaration with one defect, and the retour that it must get; the folder is a suite for
    mzsim suite run. A defect is kept only where a replay shows that its check objects, and no other.
    The report names the checks that this declaration can't fail, and what they need.
    """
    import tempfile

    from mzsim.mutation.all_mutators import MUTATIES
    from mzsim.mutation.coverage import als_json as json
    from mzsim.mutation.coverage import toon
    from mzsim.mutation.suite import lees_basis, maak_suite
    from mzsim.pipeline import open_bericht

    gekozen = _gekozen(controles)
    with open_bericht(declaratie) as bron:
        bericht = bron.read()
    with _in_wording(doel) as deel, tempfile.TemporaryDirectory() as naam:
        werkmap = Path(naam)
        stores = _stores(bericht, declaratie, storebestanden, deel)
        basis = lees_basis(bericht, str(declaratie), stores, datum and datum.date(), werkmap)
        with _voortgang(sum(m.controle in gekozen for m in MUTATIES.values())) as voortgang:
            resultaat = maak_suite(basis, deel, werkmap, gekozen, voortgang)
    if als_json:
        click.echo(json(declaratie, doel, resultaat))
    else:
        toon(doel, resultaat, gekozen, alles=alles)


def _gekozen(controles: tuple[str, ...]) -> Collection[str]:
    """The checks that were asked for: all where none was."""
    from mzsim.checks import REGISTER
    from mzsim.common.errors import InputError

    for controle in controles:
        if controle not in REGISTER:
            raise InputError(f"there is no check {controle}; mzsim controles lists them")
    return set(controles) or REGISTER.keys()


def _stores(bericht: bytes, declaratie: Path, storebestanden: Sequence[str], deel: Path) -> list[Path]:
    """The store files as the cases will name them: lists of the program as they are, others copied into the suite."""
    import shutil

    from mzsim.common.errors import InputError
    from mzsim.mutation.derived_store import afgeleide_store
    from mzsim.store.shipped_files import plaats_van
    from mzsim.store.verzekeraarsbestand import lees_bestand

    plaatsen = [plaats_van(bestand) for bestand in storebestanden]
    met_polissen = any(lees_bestand(plaats).inhoud.polissen for plaats in plaatsen)
    map_ = deel / _STORES
    map_.mkdir()
    gebruikt = []
    if not met_polissen:
        try:
            (map_ / _AFGELEID).write_bytes(afgeleide_store(bericht))
        except InputError as fout:
            raise InputError(f"{declaratie}: {fout}") from None
        gebruikt.append(map_ / _AFGELEID)
    for nummer, (bestand, plaats) in enumerate(zip(storebestanden, plaatsen, strict=True), start=1):
        if not bestand.startswith("@"):
            plaats = Path(shutil.copyfile(plaats, map_ / f"{nummer}-{plaats.name}"))
        gebruikt.append(plaats)
    if not any(map_.iterdir()):
        map_.rmdir()
    return gebruikt


@contextmanager
def _in_wording(doel: Path) -> Iterator[Path]:
    """A folder beside its place, put there when it is complete and gone when it isn't."""
    import shutil
    import tempfile

    from mzsim.common.errors import OutputError

    try:
        if doel.exists() and (not doel.is_dir() or any(doel.iterdir())):
            raise OutputError(f"{doel}: is no empty folder; choose another with --out")
        doel.absolute().parent.mkdir(parents=True, exist_ok=True)
        deel = Path(tempfile.mkdtemp(prefix=f".{doel.name}.", suffix=".deel", dir=doel.absolute().parent))
    except OSError as fout:
        raise OutputError(f"{doel}: can't be written: {fout.strerror}; choose another place with --out") from None
    try:
        yield deel
        deel.chmod(0o755)  # a temporary folder is its maker's alone
        if doel.exists():
            doel.rmdir()
        deel.rename(doel)
    except OSError as fout:
        raise OutputError(f"{doel}: can't be written: {fout.strerror}") from None
    finally:
        shutil.rmtree(deel, ignore_errors=True)


@contextmanager
def _voortgang(aantal: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, where a person is looking."""
    import sys

    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as balk:
        taak = balk.add_task("defects", total=aantal)
        yield lambda: balk.advance(taak)

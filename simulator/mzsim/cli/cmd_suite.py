"""The commands `mzsim suite`: thin, and light to import."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mzsim.cli.cmd_certification import export, grade
from mzsim.cli.options import FOUT, GEVONDEN, optie_json, optie_unmask
from mzsim.cli.printing import show

if TYPE_CHECKING:
    from mzsim.suites.case import Geval
    from mzsim.suites.playing import Verslag

_TOON_VOORTGANG = 200
"""From so many cases on a run takes more than a second."""

_optie_k = click.option("-k", "woord", metavar="TEXT", help="Only cases with this text in their id or title.")
_optie_tag = click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or another).")
_optie_jobs = click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(1, 256), help="Play so many cases at once.  [default: all cores]"
)


@click.group()
def suite() -> None:
    """Replay folders of cases: declarations with the retours that must come back.

    \b
    mzsim suite run inv                                  a suite that comes with the program
    mzsim suite new my/first --declaration claim.asc --store insurer.yaml
    mzsim suite run my                                   your own, every night
    mzsim suite accept my                                what comes back now is right
    mzsim suite export my --out pack                     what a vendor's software must process
    mzsim suite grade pack result.csv                    whether it booked that right
    """


suite.add_command(export)
suite.add_command(grade)


def _bestand(naam: str, wat: str) -> Callable[[Any], Any]:
    return click.option(f"--{naam}", metavar="FILE", type=click.Path(path_type=Path), help=f"Write {wat} here.")


@suite.command()
@click.argument("naam", metavar="DIR|SUITE")
@_optie_k
@_optie_tag
@_optie_jobs
@_bestand("junit", "a JUnit report (XML)")
@_bestand("html", "one page to read in a browser")
@optie_json
@optie_unmask
def run(
    naam: str,
    woord: str | None,
    tags: tuple[str, ...],
    jobs: int | None,
    junit: Path | None,
    html: Path | None,
    als_json: bool,
    unmask: bool,
) -> None:
    """Play every case in a folder and below it, or of a suite that comes with the program.

    Each case has a fresh store, so that the order doesn't matter. Exit status: 0 all passed; 1 a case failed; 2 a case
    is wrong or could not be played.
    """
    from mzsim.presentation.report_file import rapporten
    from mzsim.suites import display
    from mzsim.suites.locations import map_van
    from mzsim.suites.selection import chosen_cases

    map_ = map_van(naam)
    gevallen = chosen_cases(map_, woord, tags)
    with rapporten(junit, html) as (junitbestand, htmlbestand):
        verslagen = []
        for verslag in _gespeeld(gevallen, jobs):
            verslagen.append(verslag)
            if als_json:
                click.echo(_json(display.verslag_als_dict(verslag, unmask=unmask)))
            elif not verslag.geslaagd:
                show(display.report_parts(verslag, unmask=unmask))
        titel = display.relatief(map_)
        if junitbestand:
            from mzsim.suites import junit as junitrapport

            junitbestand.write(junitrapport.als_junit(titel, verslagen, unmask=unmask))
        if htmlbestand:
            from mzsim.suites import html as htmlrapport

            htmlbestand.write(htmlrapport.als_html(titel, verslagen, unmask=unmask))
    click.echo(display.slotregel(verslagen), err=als_json)
    raise SystemExit(_slotstatus(verslagen))


def _json(waarde: dict[str, Any]) -> str:
    import json

    return json.dumps(waarde)


def _slotstatus(verslagen: Iterable[Verslag]) -> int:
    oordelen = {verslag.oordeel for verslag in verslagen}
    return FOUT if "error" in oordelen else GEVONDEN if "failed" in oordelen else 0


def _gespeeld(gevallen: list[Geval], jobs: int | None) -> Iterator[Verslag]:
    from mzsim.suites.running import draai, kernen

    with _voortgang(len(gevallen)) as een_verder:
        for verslag in draai(gevallen, jobs or kernen()):
            een_verder()
            yield verslag


@contextmanager
def _voortgang(aantal: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error for many cases, where a person is looking."""
    if aantal < _TOON_VOORTGANG or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    kolommen = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Without a thread of its own: processes are started from here.
    with Progress(*kolommen, console=Console(stderr=True), transient=True, auto_refresh=False) as balk:
        taak = balk.add_task("", total=aantal)
        gedaan = 0

        def een_verder() -> None:
            nonlocal gedaan
            gedaan += 1
            balk.advance(taak)
            if gedaan % 20 == 0:
                balk.refresh()

        yield een_verder


@suite.command()
@click.argument("map_", metavar="DIR/CASE", type=click.Path(path_type=Path))
@click.option(
    "--declaration",
    "declaraties",
    metavar="FILE",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A declaration; given more than once: replayed in this order.",
)
@click.option("--store", "stores", metavar="FILE|@LIST", multiple=True, help="A verzekeraarsbestand to load first.")
@click.option("--title", "titel", metavar="TEXT", help="What the case shows.  [default: the names of its declarations]")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag to choose cases by.")
@click.option(
    "--date",
    "datum",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The processing date.  [default: today]",
)
@click.option(
    "--stage",
    type=click.Choice(["vecozo", "verzekeraar", "all"]),
    default="all",
    show_default=True,
    help="Who answers, as in mzsim replay.",
)
def new(
    map_: Path,
    declaraties: tuple[Path, ...],
    stores: tuple[str, ...],
    titel: str | None,
    tags: tuple[str, ...],
    datum: dt.datetime | None,
    stage: str,
) -> None:
    """Make a case of your own declarations: the folder CASE in DIR, with copies of the files.

    What comes back now is what the case will expect; read it before you keep it (mzsim explain).
    """
    from mzsim.domain.findings import Stage
    from mzsim.suites import display
    from mzsim.suites.case import naam_in
    from mzsim.suites.new import Opzet, maak_geval

    dag = datum.date() if datum else dt.date.today()  # noqa: DTZ011 - the day where the user is
    opzet = Opzet(map_, declaraties, stores, titel, tags, dag, Stage(stage))
    verslag = maak_geval(opzet)
    click.echo(f"{click.format_filename(verslag.geval.bestand)}: made")
    for stap in verslag.stappen:
        click.echo(f"  {naam_in(verslag.geval.map_, stap.stap.declaratie)}: {display.in_een_regel(stap)}")


@suite.command()
@click.argument("map_", metavar="DIR", type=click.Path(path_type=Path))
@_optie_k
@_optie_tag
@_optie_jobs
@click.option("--yes", "-y", "ja", is_flag=True, help="Don't ask.")
@optie_unmask
def accept(map_: Path, woord: str | None, tags: tuple[str, ...], jobs: int | None, ja: bool, unmask: bool) -> None:
    """Write what comes back now as what is expected, for cases that fail. Shows the differences and asks first.

    Of each step the keys that its case.yaml has under expect are brought up to date; comments stay. Exit status 2 where
    a case could not be played: it is left as it is.
    """
    from mzsim.suites import display
    from mzsim.suites.accepting import aanvaard, om_te_spelen
    from mzsim.suites.selection import chosen_cases

    gevallen = chosen_cases(map_, woord, tags, nog_zonder_retour=True)
    per_id = {geval.id: geval for geval in gevallen}
    anders, fout = [], False
    for verslag in _gespeeld([om_te_spelen(geval) for geval in gevallen], jobs):
        if not verslag.geslaagd:
            show(display.report_parts(verslag, unmask=unmask))
        if verslag.oordeel == "failed":
            anders.append(verslag)
        fout |= verslag.oordeel == "error"
    if not anders:
        click.echo("nothing to accept: every case that could be played passed")
    elif ja or click.confirm(f"Write these answers as expected of {display.aantal(len(anders), 'case')}?"):
        for verslag in anders:
            for bestand in aanvaard(per_id[verslag.geval.id], verslag):
                click.echo(f"{click.format_filename(bestand)}: written")
    raise SystemExit(FOUT if fout else 0)


@suite.command("list")
@click.argument("namen", metavar="[DIR|SUITE]...", nargs=-1)
@_optie_k
@_optie_tag
@optie_json
def list_(namen: tuple[str, ...], woord: str | None, tags: tuple[str, ...], als_json: bool) -> None:
    """Show cases: id, title, tags, number of steps. Without a folder those of the suites that come with the program."""
    from mzsim.suites import display, locations

    gevonden = []
    for naam in namen or locations.namen():
        map_ = locations.map_van(naam)
        gevonden += [(display.relatief(map_), geval) for geval in _gevallen_voor_lijst(map_, woord, tags)]
    if als_json:
        for naam, geval in gevonden:
            click.echo(_json({"suite": naam, **display.geval_als_dict(geval), "steps": len(geval.stappen)}))
    else:
        show(display.case_parts(gevonden))
        click.echo(display.aantal(len(gevonden), "case"))


def _gevallen_voor_lijst(map_: Path, woord: str | None, tags: tuple[str, ...]) -> list[Geval]:
    from mzsim.suites.case import kies, vind_gevallen

    return kies(vind_gevallen(map_), woord, tags)

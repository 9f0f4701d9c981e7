"""The commands `mzsim show`, `diff` and `stats`: what looks at messages without answering them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import ERROR, FOUND, option_json, option_unmask
from mzsim.cli.printing import report_failure, show, show_json
from mzsim.common.errors import InputError
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.standard.messages import MessageKind
    from mzsim.tools.message import ShownRecord

_RECORDS = ("01", "02", "03", "04", "98", "99")


@click.command("show")
@click.argument("message", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--line", "lines", metavar="N", multiple=True, type=click.IntRange(1), help="Only this line (repeatable)."
)
@click.option("--record", "kinds", multiple=True, type=click.Choice(_RECORDS), help="Only this kind (repeatable).")
@click.option("--all", "everything", is_flag=True, help="Empty rubrieken too.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page instead.")
@option_json
@option_unmask
def show_message(
    message: Path,
    lines: tuple[int, ...],
    kinds: tuple[str, ...],
    everything: bool,
    html: Path | None,
    as_json: bool,
    unmask: bool,
) -> None:
    """Show a declaration (MZ301) or a retourbericht (MZ302) with its rubrieken named: number, name, positions, value.

    \b
    mzsim show x.mz302.asc --line 4          one record, as the retour names it
    mzsim show x.asc --record 04 --all       every rubriek of every prestatierecord
    mzsim show x.asc --html x.html           a page to look at or to send on
    """
    from mzsim.common.apart import Used, require_apart
    from mzsim.common.inputs import open_message, readable
    from mzsim.common.whole_file import write_whole
    from mzsim.tools import display
    from mzsim.tools.message import kind_of, records

    def chosen(found: Iterator[ShownRecord]) -> Iterator[ShownRecord]:
        return (r for r in found if (not lines or r.line in lines) and (not kinds or r.kenmerk in kinds))

    if html is not None:
        require_apart([Used(message, "the message")], [Used(html, "the page", "--html")])
    with open_message(message) as source, readable(message):
        selection = chosen(records(source, kind_of(source, shown(message))))
        if html is not None:
            content = display.page(message.name, selection, everything=everything, unmask=unmask)
            write_whole(html, content, "--html", private=unmask)
            click.echo(f"{shown(html)}: written")
        elif as_json:
            for record in selection:
                show_json([display.record_json(record, unmask=unmask)])
        else:
            show(display.record_parts(selection, everything=everything, unmask=unmask))


@click.command("diff")
@click.argument("first", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("second", metavar="OTHER", type=click.Path(path_type=Path))
@option_json
@option_unmask
def diff(first: Path, second: Path, as_json: bool, unmask: bool) -> None:
    """Say in what two declarations, or two retourberichten, differ: by record and rubriek.

    Records are held against each other by kind and identificatie. Exit status 1 where they differ.
    """
    from mzsim.standard.comparing import compare
    from mzsim.tools import display

    (kind, one), (other_kind, other) = _content(first), _content(second)
    if kind is not other_kind:
        raise InputError(
            f"{shown(first)} is {kind.name.upper()} and {shown(second)} {other_kind.name.upper()}; of a retour and its"
            " declaration mzsim check-retour says whether they agree"
        )
    differences = list(compare(one, other, kind))
    if as_json:
        for difference in differences:
            show_json([display.difference_json(difference, unmask=unmask)])
    else:
        show(display.difference_parts(differences, unmask=unmask))
    raise SystemExit(FOUND if differences else 0)


def _content(place: Path) -> tuple[MessageKind, bytes]:
    from mzsim.common.inputs import open_message, readable
    from mzsim.tools.message import kind_of

    with open_message(place) as source, readable(place):
        return kind_of(source, shown(place)), source.read()


@click.command("stats")
@click.argument("retours", metavar="RETOUR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option_json
def stats(retours: tuple[Path, ...], as_json: bool) -> None:
    """Count over retourberichten: how they ended, who answered, the retourcodes on their records, and the amounts.

    How a declaration ended is told as far as its retour alone does. A file that can't be counted is named, the others
    are counted, and the exit status is 2.
    """
    from mzsim.common.inputs import open_message, readable
    from mzsim.tools import display
    from mzsim.tools.stats import Statistics

    found, failed = Statistics(), False
    for retour in retours:
        try:
            with open_message(retour) as source, readable(retour):
                found.add(source, shown(retour))
        except InputError as error:
            failed = True
            report_failure(str(error), ERROR)
    if as_json:
        show_json([display.statistics_json(found)])
    else:
        show(display.statistics_parts(found))
    raise SystemExit(ERROR if failed else 0)

"""`mzsim report`: what an insurer says of a practice as a whole. Light to import; a report imports what it needs."""

from __future__ import annotations

import datetime as dt
import json
import re

import click

from mzsim.cli.options import DAY, open_store, option_json, option_store, option_unmask
from mzsim.cli.printing import show


def _eight_digits(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not re.fullmatch("[0-9]{8}", value):
        raise click.BadParameter(f"{value!r} is no AGB-code; it has 8 digits.")
    return value


_option_agb = click.option(
    "--agb", metavar="AGB", required=True, callback=_eight_digits, help="The practice: the party that is paid (0113)."
)


@click.group()
def report() -> None:
    """Report on a practice as an insurer does, from what the store holds."""


@report.command()
@_option_agb
@click.option(
    "--date", "date", metavar="YYYY-MM-DD", type=DAY, required=True, help="The day that the 12 months end before."
)
@click.option("--uzovi", metavar="NNNN", help="Only this insurer.  [default: each that knows the practice]")
@option_store
@option_json
@option_unmask
def implantologiescore(agb: str, date: dt.datetime, uzovi: str | None, store: str, as_json: bool, unmask: bool) -> None:
    """Judge whether a practice may do implantology without machtigingen.

    The conditions are those that VGZ publishes: at least 15 treatments in 12 months that needed a machtiging, at least
    95 % of the requests approved, at most 10 % of the repairs of a prothese within 3 years of the treatment, and at most
    10 % each of the drukknoppen, implantaten, protheses and steggen replaced within 5 years. A request for what needs no
    machtiging counts as rejected, one that had to be repeated counts once. A first quarter below gives a waarschuwing, a
    second in a row leads back to the Standaardmodule.

    The store keeps no day of a request: the ingang of the machtiging stands for it. What the prestatiecodes count as,
    and why, is in simulator/mzsim/reports/implantologie-2026.tsv.
    """
    from mzsim.reports import display
    from mzsim.reports.asking import implantologiescores

    for found_report in implantologiescores(open_store(store, read_only=True), agb, date.date(), uzovi):
        if as_json:
            show([json.dumps(display.implantologiescore_dict(found_report, unmask=unmask))])
        else:
            show(display.implantologiescore_parts(found_report, unmask=unmask))


@report.command()
@_option_agb
@click.option(
    "--date",
    "date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The day that the 12 months end before.  [default: today]",
)
@option_store
@option_json
def behandelindex(agb: str, date: dt.datetime | None, store: str, as_json: bool) -> None:
    """Compare the granted treatments per patient of a practice with all practices.

    100 is the mean of all contracted practices in the store for patients of the same age and the same kind of insurer;
    a practice above 150 is flagged. VGZ publishes this index for physiotherapists: computing it of a dental practice is
    an analogy, and our choice, as are the 12 months, the bands of ages and what counts as one treatment (a granted
    prestatierecord 01, whatever its aantal).
    """
    from mzsim.reports import display
    from mzsim.reports.asking import index_of

    day = date.date() if date else dt.date.today()  # noqa: DTZ011 - the day where the user is
    found = index_of(open_store(store, read_only=True), agb, day)
    if as_json:
        show([json.dumps(display.behandelindex_dict(found, day))])
    else:
        show(display.behandelindex_parts(found, day))

"""What the commands share: options, exit statuses, and the store of the command at hand. Light to import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mzsim.common.apart import Used
    from mzsim.store.session import Database

FOUND, ERROR, WITHOUT_RETOUR = 1, 2, 3
"""Exit statuses: something asked for by name was found; wrong usage or a failure; a file that got no retour."""

FAULTS = (
    *("aantal", "totaal", "lengte", "crlf", "slot", "vreemd"),
    *("heen", "code", "wissel", "dubbel", "factuur", "afkap"),
    *("akkoord", "onder", "tekst", "oorzaak", "niets", "geheel", "bedrag"),
)
"""The kinds of faulty retour, in order; `mzsim.retour.faults` makes them."""

DEFAULT_FILE = "mzsim.db"
"""The SQLite file of the store where no other is named, in the working folder."""


class _Day(click.DateTime):
    """A date as 2026-04-01, refused in words that say so."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no date; write it as 2026-04-01", param, ctx)


DAY = _Day()
"""The type of an option that is a date."""

option_store = click.option(
    "--store",
    metavar="URL",
    envvar="MZSIM_STORE",
    default=f"sqlite:///{DEFAULT_FILE}",
    show_default=True,
    help="The store: the path of a SQLite file, or a SQLAlchemy URL. Also MZSIM_STORE.",
)
option_stage = click.option(
    "--stage",
    type=click.Choice(["vecozo", "verzekeraar", "all"]),
    default="all",
    show_default=True,
    help="Who answers: VECOZO only, the insurer without VECOZO before it, or the whole path.",
)
option_wait = click.option(
    "--wacht",
    "wait",
    metavar="SECONDS",
    type=click.FloatRange(0, 86_400),
    default=300,
    show_default=True,
    help="How long to wait, each time, for another process that is changing the store.",
)
option_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")
option_unmask = click.option("--unmask", is_flag=True, help="Show BSN and names in full.")


def files_of_store(url: str) -> list[Used]:
    """The store of a call as what it writes, for a store in files. Raises StoreError."""
    from mzsim.common.apart import Used
    from mzsim.store.session import files_of

    return [Used(file, "the store", "--store") for file in files_of(url)]


def open_store(url: str, *, read_only: bool = False, existing: bool = False, wait: float | None = None) -> Database:
    """A store for the command at hand, closed at its end; see `mzsim.store.session.open_store`. `wait` is what `--wacht` says;
    that it has to wait is told on standard error."""
    from mzsim.store import session
    from mzsim.store.place import WAITING_TIME, Patience

    patience = Patience(WAITING_TIME if wait is None else wait, lambda what: click.echo(f"mzsim: {what}", err=True))
    store = session.open_store(url, read_only=read_only, existing=existing, patience=patience)
    click.get_current_context().call_on_close(store.close)
    return store

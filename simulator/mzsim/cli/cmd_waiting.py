"""The command `mzsim db waiting`: retours that wait for their place since a run was killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import ERROR, open_store, option_json, option_store
from mzsim.cli.printing import report_failure, show, show_json
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.store.session import Database


@click.command("waiting")
@option_store
@click.option("--place", "to_place", is_flag=True, help="Place what can be placed from here. So does every replay.")
@click.option("--done", metavar="ID", type=int, help="This retour was delivered some other way: let it wait no longer.")
@click.option(
    "--forget", metavar="ID", type=int, help="This retour is lost: undo its message, so that it can be sent anew."
)
@option_json
def waiting(store: str, to_place: bool, done: int | None, forget: int | None, as_json: bool) -> None:
    """List the retours that wait for their place, with the reason.

    A run that is killed between recording a declaration and placing its retour leaves it waiting. The next run on the
    store places it; where that can't be done, from there or at that moment, it stays waiting, and the run goes on.

    \b
    --place        after the folder is there again, or the file in its place is gone
    --done ID      the store keeps what it recorded
    --forget ID    the store undoes what it recorded, and the waiting file is thrown away where it can be seen
    """
    if (done is not None) + (forget is not None) + to_place > 1:
        raise click.UsageError("one at a time: --place, --done or --forget")
    opened = open_store(store, existing=True)
    if done is None and forget is None:
        _show(opened, to_place=to_place, as_json=as_json)
        return
    from mzsim.answering.delivery import wait_no_longer

    one = wait_no_longer(opened, done or forget or 0, forget=forget is not None)
    click.echo(
        f"{shown(one.promise.place)}: {'waits no longer' if forget is None else 'forgotten; its declaration can be sent anew'}"
    )


def _show(store: Database, *, to_place: bool, as_json: bool) -> None:
    from mzsim.answering.delivery import all_waiting, place_waiting
    from mzsim.common.promise import Stand
    from mzsim.presentation.waiting import as_dict, remark, waiting_parts

    found = (place_waiting if to_place else all_waiting)(store)
    if as_json:
        for one in found:
            show_json([json.dumps(as_dict(one))])
    else:
        show(waiting_parts(found))
    if to_place and any(one.sight.stand is Stand.STUCK for one in found):
        report_failure(str(remark(found)), ERROR)
        raise SystemExit(ERROR)

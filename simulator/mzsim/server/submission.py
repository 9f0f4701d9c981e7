"""Submissions and retours as the portal shows them: what is visible of them at a moment."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

from mzsim.common.message_names import retour_name
from mzsim.server.behaviour import fate_from_json
from mzsim.server.moments import as_time
from mzsim.server.states import RetourState, visible
from mzsim.store.ledger import Kept, Released

ACCEPTED, REFUSED = 102, 103
"""What a file that comes in is answered with at once; VECOZO's 102 is known, what it says of others is not."""


class Submitted(NamedTuple):
    """What became of one file of an upload: its DeclaratieId, and why it was refused, in a line; empty where it was not."""

    id: int
    bestandsnaam: str
    resultaat: int
    melding: str


class Submission(NamedTuple):
    """A submission as it is visible at a moment.

    `tijdlijn` are its states so far, the last of which is `status`. `uzovi` and `factuurnummer` are rubrieken 0108 and 0116,
    empty where there is no voorlooprecord; `referentie` is the sender's own. `resultaat` is the answer in short (status,
    afzender, totals in euro, betaaldatum, number of meldingen), None until it is visible. `retour_status` is klaar, gedownload
    or verborgen, and empty as long as there is no retour. `gedrag` names what the behaviour of the store does to its retour:
    laat, kwijt, dubbel.
    """

    id: int
    bestandsnaam: str
    grootte: int
    sha256: str
    ontvangen: dt.datetime
    status: str
    tijdlijn: tuple[tuple[str, dt.datetime], ...]
    uzovi: str
    factuurnummer: str
    referentie: str
    resultaat: dict[str, Any] | None
    retour_id: int | None
    retour_status: str
    melding: str
    gedrag: tuple[str, ...] = ()


class Retour(NamedTuple):
    """A retour that was released. `status` as in `Submission.retour_status`; `grootte` in bytes."""

    id: int
    declaratie_id: int
    bestandsnaam: str
    grootte: int
    vrijgegeven: dt.datetime
    status: str


def as_seen(row: Kept, now: int) -> Submission:
    """What is visible of a submission; a retour that was given an id is released, by whatever clock."""
    if row.retour_id is not None and row.vrij is not None:
        now = max(now, row.vrij)
    timeline = visible(json.loads(row.tijdlijn), now)
    ended = row.einde is not None and row.einde <= now
    result = json.loads(row.resultaat) if ended and row.resultaat is not None else None
    released = row.vrij is not None and row.vrij <= now
    return Submission(
        row.id,
        row.bestandsnaam,
        row.grootte,
        row.sha256,
        as_time(row.ontvangen),
        timeline[-1][0],
        tuple((state, as_time(moment)) for state, moment in timeline),
        row.uzovi,
        row.factuurnummer,
        row.referentie,
        result,
        row.retour_id if released else None,
        str(_retour_state(row) if released else RetourState.NONE),
        row.melding if ended else "",
        fate_from_json(row.lot).faults,
    )


def retour_as_seen(row: Released) -> Retour:
    """A retour as it is shown."""
    name = retour_name(Path(row.bestandsnaam))
    return Retour(row.id, row.inzending_id, name, row.grootte, as_time(row.vrij), str(_retour_state(row)))


def _retour_state(row: Kept | Released) -> RetourState:
    if row.verborgen is not None:
        return RetourState.HIDDEN
    return RetourState.READY if row.gedownload is None else RetourState.DOWNLOADED

"""What becomes of an upload: each file is accepted or refused, and stands in the ledger, with all that was asked for."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import NamedTuple

from mzsim.common.errors import SubmissionError
from mzsim.domain.findings import Stage
from mzsim.server.accepting import Incoming, Upload
from mzsim.server.behaviour import Behaviour, Fate, behaviour_of, fate
from mzsim.server.errors import QuotaError
from mzsim.server.options import Assignment, SubmitOptions
from mzsim.server.states import State, on_receipt, refused
from mzsim.server.submission import ACCEPTED, REFUSED, Submitted
from mzsim.store import ledger
from mzsim.store.ledger import NewSubmission
from mzsim.store.session import Connection


class Quota(NamedTuple):
    """What a store may keep: submissions, their bytes unpacked, and how many of them may wait for an answer."""

    submissions: int = 200_000
    size: int = 20 << 30
    waiting: int = 10_000

    def require_room(self, connection: Connection, files: list[Incoming]) -> None:
        """Raises QuotaError where these would be too many; of one that is refused a line is kept too."""
        there = ledger.totals(connection)
        if there.aantal + len(files) > self.submissions:
            raise QuotaError(
                f"the store keeps {there.aantal:,} submissions, as many as it may; empty it or use another"
            )
        if there.omvang + sum(file.size for file in files) > self.size:
            raise QuotaError(
                f"the store keeps {there.omvang >> 20:,} MB and has no room for more; empty it or use another"
            )
        if there.wachtend + len(files) > self.waiting:
            raise QuotaError(f"{there.wachtend:,} submissions wait for an answer; try again later")


class Key(NamedTuple):
    """The sender's own key of an upload, and how many uploads it handed in together with this one."""

    text: str
    together: int = 1


class Received(NamedTuple):
    """When an upload came in: the moment, which never goes back, and the day that the clock says.

    A clock that was ahead once keeps the moments ahead, and may not date what comes in once it is right.
    """

    moment: int
    day: dt.date


def submit(
    connection: Connection,
    upload: Upload,
    filename: str,
    options: SubmitOptions,
    key: Key | None,
    quota: Quota,
    received: Received,
) -> tuple[list[Submitted], bool]:
    """Writes an upload in the ledger, for the caller to commit; what was said to the same upload with this key is said again.

    Raises SubmissionError where the key came with something else, and QuotaError.
    """
    ledger.begin(connection)
    fingerprint = _fingerprint(upload, filename, options, key)
    if key is not None and (before := _said_before(connection, key, fingerprint)) is not None:
        return before, True
    quota.require_room(connection, upload.files)
    _write(connection, said := _numbered(connection, upload), upload, options, received)
    if key is not None:
        ledger.remember_said(connection, key.text, fingerprint, json.dumps(said))
    return said, False


def _numbered(connection: Connection, upload: Upload) -> list[Submitted]:
    """What is said of each file; the ids of an upload follow each other."""
    first = ledger.take_ids(connection, len(upload.files), sum(file.size for file in upload.files))
    return [
        Submitted(id, file.name, REFUSED if file.objection else ACCEPTED, file.objection)
        for id, file in enumerate(upload.files, start=first)
    ]


def _write(
    connection: Connection, said: list[Submitted], upload: Upload, options: SubmitOptions, received: Received
) -> None:
    """Each file with what is asked for, as the portal behaves now."""
    script = script_for(connection, options.script)
    assignment = Assignment(options.date or received.day, Stage(options.stage), options.fault).to_json()
    behaviour = behaviour_in(connection)
    for one, file in zip(said, upload.files, strict=True):
        lot = fate(behaviour, one.id, options.delay)
        ledger.add(connection, one.id, _as_new(file, received.moment, lot, options.reference, assignment, script))
        if file.content is not None:
            ledger.add_pieces(connection, one.id, ledger.DECLARATION, file.content.pieces())


def _fingerprint(upload: Upload, filename: str, options: SubmitOptions, key: Key | None) -> str:
    what = (upload.sha256, filename, options, *((key.together,) if key and key.together > 1 else ()))
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _said_before(connection: Connection, key: Key, fingerprint: str) -> list[Submitted] | None:
    """What was said to the same upload with this key; None where the key is new."""
    before = ledger.said_before(connection, key.text)
    if before is None:
        return None
    if before[0] != fingerprint:
        raise SubmissionError(
            f"the key {key.text!r} came with something else before; give this upload a key of its own"
        )
    return [Submitted(*said) for said in json.loads(before[1])]


def _as_new(
    file: Incoming, received: int, lot: Fate, reference: str, assignment: str, script: str | None
) -> NewSubmission:
    """A file as the ledger takes it in; one that is refused has ended already."""
    timeline = refused(received) if file.objection else on_receipt(received, lot.delays)
    ended = (received, str(State.REFUSED), received) if file.objection else (None, None, None)
    return NewSubmission(
        bestandsnaam=file.name,
        grootte=file.size,
        sha256=file.sha256,
        ontvangen=received,
        uzovi=file.uzovi,
        factuurnummer=file.factuurnummer,
        referentie=reference,
        opdracht=assignment,
        script=script,
        lot=lot.to_json(),
        tijdlijn=json.dumps(timeline),
        beantwoord=ended[0],
        eindstatus=ended[1],
        einde=ended[2],
        melding=file.objection,
    )


def behaviour_in(connection: Connection) -> Behaviour:
    """How the portal behaves for a store."""
    text, _ = ledger.settings(connection)
    return Behaviour() if text is None else behaviour_of(text)


def script_for(connection: Connection, text: str | None) -> str | None:
    """The script that answers what is submitted now, kept by its SHA-256: that of the store, where none is given, and none
    where an empty one is."""
    if text is None:
        return ledger.script_in_use(connection)
    if not text:
        return None
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    ledger.keep_script(connection, sha256, text)
    return sha256

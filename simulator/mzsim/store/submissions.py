"""Submissions: declarations that came with a key of their own, and the answer that was given. The same key again gets that
answer; nothing is judged. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mzsim.common.errors import SubmissionError
from mzsim.common.packing import packed, unpacked
from mzsim.store.columns import as_json
from mzsim.store.connection import Connection

_LONGEST = 100

RETOUR, MELDINGEN, GRANTS = "retour", "meldingen", "toekenningen"
"""What a submission has pieces of."""


class AnsweredMeanwhile(Exception):
    """Another process has answered the submission."""


class Submission(NamedTuple):
    """A key, the SHA-256 of the declaration that came with it, and what its answer is in short, ready for JSON."""

    key: str
    declaration: str
    answer: dict[str, Any]


_KNOWN = "SELECT kenmerk, declaratie, antwoord FROM inzendingen WHERE kenmerk = :kenmerk"
_NEW = (
    "INSERT INTO inzendingen (kenmerk, bericht_id, declaratie, antwoord)"
    " VALUES (:kenmerk, :bericht_id, :declaratie, :antwoord) ON CONFLICT DO NOTHING"
)
_NEW_PIECE = (
    "INSERT INTO inzendingstukken (kenmerk, soort, volgnummer, inhoud) VALUES (:kenmerk, :soort, :volgnummer, :inhoud)"
)
_PIECES = "SELECT inhoud FROM inzendingstukken WHERE kenmerk = :kenmerk AND soort = :soort AND volgnummer = :volgnummer"
_AWAY = "DELETE FROM inzendingen WHERE kenmerk = :kenmerk"


def require_key(key: str) -> str:
    """The key, where it is one. Raises SubmissionError."""
    if not key.strip() or len(key) > _LONGEST or not key.isprintable():
        raise SubmissionError(
            f"{key!r} is no key of a submission: it has 1 to {_LONGEST} characters that can be printed"
        )
    return key


def known(connection: Connection, key: str) -> Submission | None:
    """The submission with this key, if the store knows it."""
    row = connection.first(_KNOWN, {"kenmerk": key})
    return None if row is None else Submission(row[0], row[1], as_json(row[2]))


def remember(connection: Connection, submission: Submission, message_id: int | None) -> None:
    """Adds a submission; with the message of an insurer, of which this is the row, it goes away again.

    Raises AnsweredMeanwhile where the store knows its key by now.
    """
    values = {
        "kenmerk": submission.key,
        "declaratie": submission.declaration,
        "antwoord": json.dumps(submission.answer),
    }
    if not connection.execute(_NEW, values | {"bericht_id": message_id}):
        raise AnsweredMeanwhile


def forget(connection: Connection, key: str) -> None:
    """Undoes a submission whose retour could not get its name."""
    connection.execute(_AWAY, {"kenmerk": key})


def write_pieces(connection: Connection, key: str, kind: str, content: Iterable[bytes]) -> None:
    """Keeps what was answered of a kind, compressed and in pieces, so that its size costs no memory."""
    for number, piece in enumerate(packed(content)):
        values = {"kenmerk": key, "soort": kind, "volgnummer": number, "inhoud": piece}
        connection.execute(_NEW_PIECE, values)


def read_pieces(connection: Connection, key: str, kind: str) -> Iterator[bytes]:
    """What was answered of a kind, in pieces as they come."""
    values = {"kenmerk": key, "soort": kind}

    def pieces() -> Iterator[bytes]:
        number = 0
        while (piece := connection.scalar(_PIECES, values | {"volgnummer": number})) is not None:
            number += 1
            yield bytes(piece)

    return unpacked(pieces())


def read_lines(connection: Connection, key: str, kind: str) -> Iterator[Any]:
    """What was answered of a kind that is kept as lines of JSON."""
    begun = b""
    for content in read_pieces(connection, key, kind):
        *lines, begun = (begun + content).split(b"\n")
        yield from map(json.loads, lines)

"""What the portal and workers say of what they do: lines of text, or of JSON.

No line has anything of what is in a declaration, or the name that its sender gave it: a submission is named by its id.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Literal

from mzsim.server.done import Done

LogKind = Literal["text", "json"]
_LOG = logging.getLogger(__name__)
_FIELDS = ("winkel", "id", "status", "records", "seconden", "gewacht", "methode", "route", "http_status")
"""What a line of JSON has beside its words, where it is given as `extra`; nothing else of a record is told."""


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "tijd": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname.lower(),
            "naam": record.name,
            "bericht": record.getMessage(),
        }
        told |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            told["fout"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def log_to_stderr(kind: LogKind) -> None:
    """Has the program say on standard error what it does, in lines of this kind."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLine() if kind == "json" else logging.Formatter("%(asctime)s %(message)s"))
    logging.basicConfig(handlers=[handler])
    logging.getLogger("mzsim").setLevel(logging.INFO)


def log_news(what: str) -> None:
    """Tells, in a sentence, how things are."""
    _LOG.info("%s", what)


def log_failure(what: str) -> None:
    """Tells, in a sentence, why the program ends."""
    _LOG.error("%s", what)


def log_trouble(what: str) -> None:
    """Tells, in a sentence, what goes wrong."""
    _LOG.warning("%s", what)


def log_answer(winkel: str, done: Done) -> None:
    """Tells of an answer."""
    seconds, waited = round(done.seconds, 3), round(done.waited, 3)
    fields = {"winkel": winkel, "id": done.id, "status": done.status, "records": done.records}
    _LOG.info(
        "%s: submission %s is %s, in %.3f s",
        winkel,
        done.id,
        done.status,
        seconds,
        extra=fields | {"seconden": seconds, "gewacht": waited},
    )

"""What a request is answered that can't be: a page for people, problem details (RFC 9457) for programs.

Both have the one line that the command line would print.
"""

from __future__ import annotations

import json
import math
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Scope

from mzsim.common.errors import DamagedError, MzsimError, OutputError, StoreError, SubmissionError
from mzsim.common.names import printable
from mzsim.server.errors import OutageError, QuotaError, UnknownRetourError, UnknownStoreError, UnknownSubmissionError
from mzsim.server.jobs import BusyError, UnknownJobError
from mzsim.server.rendering import rendered
from mzsim.server.suite_runs import UnknownSuiteError


def wants_page(scope: Scope) -> bool:
    """Whether a person asks, in a browser: it says so in Accept, or htmx does on a page that is there already. A program that
    says nothing gets JSON."""
    if scope.get("mzsim.json"):
        return False
    headers = dict(scope["headers"])
    accept = headers.get(b"accept", b"").lower()
    html, plain = accept.find(b"text/html"), accept.find(b"application/json")
    return b"hx-request" in headers or (html >= 0 and (plain < 0 or html < plain))


def wants_json(scope: Scope) -> bool:
    """Whether JSON is asked for by name: `.json` behind the path, or in Accept."""
    return bool(scope.get("mzsim.json")) or b"application/json" in dict(scope["headers"]).get(b"accept", b"").lower()


def status_of(error: MzsimError) -> int:
    """The status of HTTP for what the program can't do."""
    return next((status for kinds, status in _STATUSES if isinstance(error, kinds)), 400)


_STATUSES: tuple[tuple[tuple[type[MzsimError], ...], int], ...] = (
    ((UnknownStoreError, UnknownSubmissionError, UnknownRetourError, UnknownJobError, UnknownSuiteError), 404),
    ((SubmissionError,), 409),
    ((QuotaError,), 413),
    ((DamagedError,), 500),
    ((BusyError, OutageError), 503),
    ((StoreError, OutputError), 503),
)
_LATER = 5
"""Seconds after which it is worth trying again."""


def headers_of(error: MzsimError) -> dict[str, str]:
    """When it is worth trying again, where it is."""
    if isinstance(error, OutageError):
        return {"retry-after": str(max(1, math.ceil(error.left.total_seconds())))}
    return {"retry-after": str(_LATER)} if status_of(error) == 503 else {}


def refusal(scope: Scope, status: int, sentence: str) -> Response:
    """The answer to a request that is refused; `sentence` is one line that says why."""
    sentence = printable(sentence)
    if wants_page(scope):
        return rendered(scope, "refused.html", status, code=status, sentence=sentence, store=None, stores=[])
    return problem(status, sentence)


def problem(status: int, sentence: str) -> Response:
    """Problem details as RFC 9457 has them."""
    content = {"type": "about:blank", "title": title_of(status), "status": status, "detail": sentence}
    return Response(json.dumps(content), status, media_type="application/problem+json")


def title_of(status: int) -> str:
    """What HTTP calls a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(status)

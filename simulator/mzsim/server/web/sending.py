"""What comes of files that a page hands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, BinaryIO

from starlette.responses import Response

from mzsim.server.options import SubmitOptions
from mzsim.server.portal_store import PortalStore
from mzsim.server.submission import ACCEPTED
from mzsim.server.web.page import Page, see


def sent(page: Page, store: PortalStore, files: Sequence[tuple[BinaryIO, str]], day: dt.date | None = None) -> Response:
    """Hands files in and shows what came of it: the submission where it is one, else the list, with what was refused."""
    options = SubmitOptions(date=day)
    submitted: list[Any] = []
    for stream, name in files:
        found, _ = store.submit(stream, name, options=options)
        submitted += found
    if len(submitted) == 1 and submitted[0].resultaat == ACCEPTED:
        return see(f"/s/{store.name}/inzendingen/{submitted[0].id}")
    if all(one.resultaat == ACCEPTED for one in submitted):
        return see(f"/s/{store.name}/inzendingen")
    return page.render("sent.html", 400, submitted=submitted, accepted=ACCEPTED, of=store.name)

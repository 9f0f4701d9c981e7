"""What comes of files that a page hands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, BinaryIO

from starlette.responses import Response

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage
from mzsim.public.sources import day_of
from mzsim.server.options import SubmitOptions
from mzsim.server.portal_store import PortalStore
from mzsim.server.submission import ACCEPTED
from mzsim.server.web.page import Page, see


def sent(page: Page, store: PortalStore, files: Sequence[tuple[BinaryIO, str]], options: SubmitOptions) -> Response:
    """Hands files in and shows what came of it: the submission where it is one, else the list, with what was refused."""
    submitted: list[Any] = []
    for stream, name in files:
        found, _ = store.submit(stream, name, options=options)
        submitted += found
    if len(submitted) == 1 and submitted[0].resultaat == ACCEPTED:
        return see(f"/s/{store.name}/inzendingen/{submitted[0].id}")
    if all(one.resultaat == ACCEPTED for one in submitted):
        return see(f"/s/{store.name}/inzendingen")
    return page.render("sent.html", 400, submitted=submitted, accepted=ACCEPTED, of=store.name)


def options_of(page: Page) -> SubmitOptions:
    """What a form asks for with its files. Raises InputError for a field that asks for nothing that can be."""
    date, delay = page.value("datum").strip(), page.value("vertraging").strip().replace(",", ".")
    return SubmitOptions(
        date=day_of(date) if date else None,
        stage=page.value("stage") or Stage.ALL,
        delay=_seconds(delay) if delay else None,
        fault=page.value("verstoor") or None,
        reference=page.value("kenmerk").strip(),
    )


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,3})?", text):
        raise InputError(f"vertraging {text!r}: must be a number of seconds")
    return float(text)

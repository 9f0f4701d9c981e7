"""Server-sent events: what happens to a submission, as it happens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from mzsim.common.errors import MzsimError
from mzsim.server.api.models import Inzending
from mzsim.server.portal_store import PortalStore
from mzsim.server.states import PATHS
from mzsim.server.threads import lasting

_LOOK_EVERY = 1.0
_A_SIGN_EVERY = 15
"""Looks without news after which something is sent all the same: what stands between may end a connection that is silent."""


async def events_of(store: PortalStore, id: int) -> AsyncIterator[str]:
    """The events of a submission, until it has ended."""
    seen, part, silent = "", 0.0, 0
    while seen not in PATHS:
        try:
            found = await lasting(store.wait, id, seen, _LOOK_EVERY)
        except MzsimError as error:  # the store was closed or emptied meanwhile
            yield _event("fout", json.dumps({"detail": str(error)}))
            return
        silent += 1
        if found.status != seen:
            seen, silent = found.status, 0
            yield _event("status", Inzending.of(found).model_dump_json())
        elif (now := await run_in_threadpool(store.progress, id)) > part:
            part, silent = now, 0
            yield _event("voortgang", json.dumps({"deel": part}))
        elif silent % _A_SIGN_EVERY == 0:
            yield ": still here\n\n"


def _event(kind: str, data: str) -> str:
    return f"event: {kind}\ndata: {data}\n\n"

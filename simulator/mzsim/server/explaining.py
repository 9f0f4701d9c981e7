"""How an answer came about, as `mzsim explain --json` tells it: the declaration is answered once more for that.

Where that takes long it is done in a process of its own, `python -m mzsim.server.explaining`, so that nobody else who asks the
portal something has to wait for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from mzsim.common.errors import MzsimError
from mzsim.common.in_memory import BytesMessage
from mzsim.explanation.explaining import explained, knowledge
from mzsim.presentation.output import explanation_json, mask
from mzsim.server.errors import PortalError
from mzsim.server.own_process import surroundings
from mzsim.store import ledger
from mzsim.store.session import Database, open_store

_SMALL = 1 << 18
"""Bytes of a declaration that is answered once more before anybody notices."""
_MOST = 32 << 20
"""Bytes of a declaration of which an explanation is something to be read at a screen."""
_PATIENCE = 120.0
"""Seconds after which nobody waits for it any more."""
_turns = threading.Semaphore(2)


def explain(store: Database, url: str, id: int, size: int, *, unmasked: bool) -> dict[str, Any]:
    """Explains the retour of a submission, whose declaration has so many bytes. BSN and names are masked, unless `unmasked`.

    Raises PortalError where it is too large, and what `explanation` raises.
    """
    if size > _MOST:
        raise PortalError(
            f"a declaration of {size >> 20} MB is not explained here; mzsim explain does so, with its retour and the store"
        )
    if size <= _SMALL:
        return json.loads("".join(_explanation(store, id, unmasked=unmasked)))  # type: ignore[no-any-return] # an object
    with _turns:
        return _elsewhere(url, id, unmasked=unmasked)


def _explanation(store: Database, id: int, *, unmasked: bool) -> Iterator[str]:
    retour, declaration = (
        BytesMessage(b"".join(ledger.content_of(store, id, kind)), f"the {kind} of submission {id}")
        for kind in (ledger.RETOUR, ledger.DECLARATION)
    )
    covered = None if unmasked else mask
    with explained(
        retour, BytesIO(retour.content), knowledge(store), store, declaration, covered, in_memory=True
    ) as found:
        yield from explanation_json(found.explanation, covered, found.grants)


def _elsewhere(url: str, id: int, *, unmasked: bool) -> dict[str, Any]:
    order = json.dumps([url, id, unmasked])  # not on the command line: a URL may hold a password
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "mzsim.server.explaining"],
            input=order.encode(),
            capture_output=True,
            env=surroundings(),
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PortalError(f"submission {id} took too long to explain; mzsim explain takes the time it needs") from None
    if ended.returncode:
        reason = ended.stderr.decode(errors="replace").strip().splitlines() or ["its process ended"]
        raise PortalError(f"submission {id} can't be explained: {reason[-1]}")
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def main() -> None:
    url, id, unmasked = json.loads(sys.stdin.buffer.read())
    try:
        store = open_store(url, existing=True)
        for part in _explanation(store, id, unmasked=unmasked):
            sys.stdout.write(part)
        store.close()
    except MzsimError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()

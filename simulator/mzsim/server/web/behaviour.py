"""How the portal behaves for a store: delays, retours that come late, never or twice, outages."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.responses import Response

from mzsim.common.errors import MzsimError
from mzsim.server.behaviour import DELAYED, behaviour_of
from mzsim.server.numbers import MOST_64_BITS, number
from mzsim.server.web.page import Page, action, page, see

_FIELDS = (
    ("laat", ("kans", "seconden")),
    ("kwijt", ("kans",)),
    ("dubbel", ("kans", "seconden")),
    ("storing", ("elke", "seconden")),
)
"""What a form asks for, beside the seed and the delays."""


def show(page: Page) -> Response:
    """How it behaves now."""
    return _show(page, page.store.behaviour().to_dict())


def _show(page: Page, values: dict[str, Any], status: int = 200, wrong: str = "", text: str | None = None) -> Response:
    return page.render(
        "behaviour.html",
        status,
        values=values,
        fields=_FIELDS,
        delayed=DELAYED,
        wrong=wrong,
        text=json.dumps(values, indent=1) if text is None else text,
        saved=bool(page.query["bewaard"]),
    )


def keep(page: Page) -> Response:
    """Sets how it behaves: by the form, or by a text."""
    text = page.value("tekst") if page.value("als") == "tekst" else None
    now = page.store.behaviour().to_dict()
    try:
        page.store.set_behaviour(behaviour_of(_of_form(page, now) if text is None else f"{text}\n"))
    except MzsimError as error:
        return _show(page, now, 400, str(error), text)
    return see(f"/s/{page.store.name}/gedrag", bewaard=1)


def _of_form(page: Page, now: dict[str, Any]) -> dict[str, Any]:
    """What a form asks for; what it doesn't show stays as it is."""
    found: dict[str, Any] = {"zaad": _number(page.value("zaad")) or 0, "storingen": now.get("storingen", [])}
    delays = {state: _number(page.value(f"vertraging-{state}")) for state in DELAYED}
    found["vertraging"] = {state: seconds for state, seconds in delays.items() if seconds}
    for name, keys in _FIELDS:
        values = {key: _number(page.value(f"{name}-{key}")) for key in keys}
        if any(values.values()):
            found[name] = {key: 0 if value is None else value for key, value in values.items()}
    return found


def _number(text: str) -> int | Decimal | str | None:
    """A number of a form; text that is none is left to whoever reads the whole to refuse."""
    bare = text.strip().replace(",", ".")
    if not bare:
        return None
    try:
        whole = number(bare, MOST_64_BITS)
        return Decimal(bare) if whole is None else whole
    except InvalidOperation:
        return text


ROUTES = (page("/s/{store}/gedrag", show), action("/s/{store}/gedrag", keep))

"""The script of a store: rules that speak in place of VECOZO or the insurer, and what they would match of a declaration."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from starlette.responses import Response

from mzsim.common.errors import MzsimError
from mzsim.common.yaml_lines import YamlText
from mzsim.script.file import load_script
from mzsim.script.matching import RuleMatches, matches
from mzsim.server.numbers import MOST_64_BITS, number
from mzsim.server.web.page import Page, action, page, see
from mzsim.server.web.rule_form import PARTS, rule_of_form
from mzsim.standard.layout import layouts

_MOST_BYTES = 5_000_000
"""Of a declaration that rules are tried on."""
_CHOICES = 20
"""Submissions to choose from."""


def show(page: Page) -> Response:
    """The script as it is."""
    return _show(page, page.store.script())


def _show(page: Page, text: str, status: int = 200, **more: Any) -> Response:
    told: dict[str, Any] = {"wrong": "", "found": None, "chosen": "", "saved": bool(page.query["bewaard"])} | more
    return page.render(
        "scripts.html",
        status,
        text=text,
        parts=PARTS,
        rubrieken=[
            (r.nummer, r.naam) for kenmerk in (b"01", b"02", b"04") for r in layouts("mz301")[kenmerk].rubrieken
        ],
        submissions=page.store.submissions(limit=_CHOICES, newest_first=True),
        **told,
    )


def use(page: Page) -> Response:
    """Adds a rule, tries the rules on a declaration, or keeps them, by the button that was pressed."""
    text, what = page.value("tekst").replace("\r\n", "\n"), page.value("doe")
    try:
        if what == "voeg_toe":
            return _show(page, f"{text.rstrip()}\n{rule_of_form(page)}".lstrip())
        if what == "probeer":
            return _show(page, text, found=_tried(page, text), chosen=page.value("inzending"))
        page.store.set_script(text)
    except MzsimError as error:
        return _show(page, text, 400, wrong=str(error))
    return see(f"/s/{page.store.name}/scripts", bewaard=1)


def _tried(page: Page, text: str) -> list[RuleMatches]:
    """What each rule would match of the submission that was chosen; of none, only whether the rules can be read."""
    script = load_script(YamlText(f"{text}\n", "script"), page.store.opened())
    chosen = number(page.value("inzending"), MOST_64_BITS)
    if chosen is None:
        return matches(script, BytesIO())
    content = bytearray()
    for piece in page.store.declaration(chosen):
        content += piece
        if len(content) >= _MOST_BYTES:
            break
    return matches(script, BytesIO(content[:_MOST_BYTES]))


ROUTES = (page("/s/{store}/scripts", show), action("/s/{store}/scripts", use))

"""The personas of @proef: whom to declare for, what comes back, and "make and submit"."""

from __future__ import annotations

from io import BytesIO

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mzsim.common.errors import InputError
from mzsim.personas import PROEF, find, personas
from mzsim.personas.display import declared, expected
from mzsim.personas.persona import Persona, PersonaDeclaration
from mzsim.server.numbers import number
from mzsim.server.options import SubmitOptions
from mzsim.server.web.page import Page, action, page
from mzsim.server.web.sending import sent
from mzsim.standard.layout import rubriek_name
from mzsim.standard.retourcodes import retourcodes


def every(page: Page) -> Response:
    """All of them."""
    return page.render("personas.html", personas=personas(), declared=declared, expected=expected, list=PROEF)


def one(page: Page) -> Response:
    """One of them in full."""
    return page.render(
        "persona.html", persona=_found(page), declared=declared, name_of=rubriek_name, codes=retourcodes(), list=PROEF
    )


def submit(page: Page) -> Response:
    """Makes one of its declarations and submits it to a store, which knows @proef from then on."""
    chosen = _declaration(_found(page), page.path("number"))
    store = page.opened(page.value("winkel"))
    store.load(PROEF)
    return sent(page, store, [(BytesIO(chosen.bericht()), chosen.file_name)], SubmitOptions(date=chosen.datum))


def _found(page: Page) -> Persona:
    try:
        return find(page.path("name"))
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _declaration(persona: Persona, text: str) -> PersonaDeclaration:
    chosen = number(text, len(persona.declaraties))
    if not chosen:
        raise HTTPException(404, f"{persona.id} has no declaration {text}")
    return persona.declaraties[chosen - 1]


ROUTES = (
    page("/personas", every),
    page("/personas/{name}", one),
    action("/personas/{name}/declaraties/{number}/inzenden", submit),
)

"""Pages made of templates: the frame that all of them have, in the language of whoever asks."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from mzsim.common.version import __version__
from mzsim.retour.faults import FAULTS, what
from mzsim.server.access import COOKIE
from mzsim.server.catalogue import LANGUAGES, Catalogue, catalogue, preferred

LANGUAGE_COOKIE = "mzsim_taal"


def texts_for(scope: Scope) -> Catalogue:
    """The catalogue of whoever sent a request."""
    request = Request(scope)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return catalogue(
        next((one for one in LANGUAGES if one == chosen), preferred(request.headers.get("accept-language", "")))
    )


def rendered(scope: Scope, template: str, status: int = 200, **values: Any) -> Response:
    """The page that a template makes of these values."""
    texts = texts_for(scope)
    content = (
        templates()
        .get_template(template)
        .render(
            t=texts.texts,
            language=texts.language,
            other=texts.other,
            here=scope["path"],
            version=__version__,
            has_token=COOKIE in Request(scope).cookies,
            **values,
        )
    )
    return HTMLResponse(content.encode("utf-8", "replace"), status, {"vary": "Accept, Accept-Language, Cookie"})


@cache
def templates() -> Environment:
    """The templates, which escape whatever they are given and miss nothing unseen."""
    found = Environment(
        loader=PackageLoader("mzsim.server", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(fill=_fill, path=_path, moment=_moment, cell=_cell)
    found.globals.update(static=static, with_query=with_query, faults={kind: what(kind) for kind in FAULTS})
    return found


def _fill(text: str, **values: Any) -> Markup:
    """A text of the catalogue with values in its places, each escaped."""
    return Markup(text).format(**values)  # noqa: S704 - the catalogue is the program's own


def _path(piece: Any) -> str:
    """A piece of a URL."""
    return quote(str(piece), safe="")


def _cell(value: Any) -> str:
    """A value of a store file on one line."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    return "" if value in (None, {}, []) else json.dumps(value)


def _moment(moment: Any) -> str:
    """A moment for people: to the second, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@cache
def static(name: str) -> str:
    """The URL of a file of ours, with its hash, so that a browser may keep it."""
    content = (files("mzsim.server") / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"


def with_query(path: str, **query: Any) -> str:
    """A path with what is asked there; what is None or empty is left out."""
    left = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(left)}" if left else path

"""What every page has: who asks in which language and of which store, a form that was sent, and the template that it fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from mzsim.common.names import printable
from mzsim.presentation.output import mask
from mzsim.retour.words import Mask
from mzsim.server.catalogue import Language
from mzsim.server.gate import OPENS, require_opened
from mzsim.server.jobs import Jobs
from mzsim.server.refusing import wants_json, wants_page
from mzsim.server.rendering import rendered, texts_for, with_query
from mzsim.server.threads import writing

_MOST_FIELDS = 500
_MOST_FILES = 40
_MOST_TEXT = 4_000_000
"""Characters of one field of a form: a store file that is pasted."""

View = Callable[["Page"], Response]
StoreOf = Callable[["Page"], str | None]


class Asked(dict[str, str]):
    """What a query asks; what it doesn't say is empty."""

    def __missing__(self, _: str) -> str:
        return ""


class Page:
    """One request for a page, and what it may need to answer."""

    def __init__(self, request: Request, form: FormData | None = None) -> None:
        self.request = request
        self._form = form or FormData()
        self.portal = request.app.state.portal
        self.access = request.app.state.access

    @property
    def language(self) -> Language:
        """The language of whoever asks."""
        return texts_for(self.request.scope).language

    @cached_property
    def query(self) -> Asked:
        """What stands behind the question mark, each once."""
        return Asked({name: printable(value.strip()) for name, value in self.request.query_params.items()})

    def value(self, name: str) -> str:
        """A field of the form as text; empty where it isn't there, or is a file."""
        found = self._form.get(name)
        return found if isinstance(found, str) else ""

    def values(self, name: str) -> list[str]:
        """All fields of the form with this name."""
        return [value for value in self._form.getlist(name) if isinstance(value, str)]

    def uploads(self, name: str) -> list[UploadFile]:
        """The files of the form under this name that were chosen."""
        return [file for file in self._form.getlist(name) if isinstance(file, UploadFile) and file.filename]

    def path(self, name: str) -> str:
        """A piece of the path."""
        return str(self.request.path_params[name])

    @cached_property
    def stores(self) -> list[str]:
        """The names of the stores that whoever asks may open."""
        opens = self.request.scope[OPENS]
        return [entry.name for entry in self.portal.stores() if opens is None or entry.name in opens]

    @property
    def store_name(self) -> str | None:
        """The store of this page; of a page that is of none, the first that there is."""
        return self.request.path_params.get("store") or next(iter(self.stores), None)

    @cached_property
    def store(self) -> Any:
        """The store of this page."""
        require_opened(self.request.scope, self.path("store"))
        return self.portal.store(self.path("store"))

    def opened(self, name: str) -> Any:
        """A store that a form names. Raises HTTPException where there is none, or whoever asks may not open it."""
        if name not in self.stores:
            raise HTTPException(404, f"{printable(name)}: no such store here")
        return self.portal.store(name)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page made of a template."""
        return rendered(self.request.scope, template, status, store=self.store_name, stores=self.stores, **values)

    def opened_name(self, name: str) -> str:
        """The name of a store that whoever asks may open. Raises HTTPException."""
        return str(self.opened(name).name)

    def forget_stores(self) -> None:
        """The stores are others now."""
        self.__dict__.pop("stores", None)

    @property
    def jobs(self) -> Jobs:
        """What runs in processes of its own."""
        found: Jobs = self.request.app.state.jobs
        return found.of(self.request.scope[OPENS])

    @property
    def mask(self) -> Mask:
        """How the store of this page wants BSN and names shown."""
        return None if self.portal.entry(self.path("store")).unmasked else mask

    def stored(self, place: Path, name: str) -> Response:
        """A file of ours to keep. Raises HTTPException where it isn't there."""
        if not place.is_file():
            raise HTTPException(404, "there is no such file, or not yet")
        return self.file(iter([place.read_bytes()]), name)

    def file(self, content: Iterator[bytes], name: str, media: str = "application/octet-stream") -> Response:
        """A file to keep, under a name of which nothing odd is left."""
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name)
        headers = {"content-disposition": f'attachment; filename="{plain}"'}
        return StreamingResponse(content, media_type=media, headers=headers)

    @property
    def by_htmx(self) -> bool:
        """Whether a piece of a page that is there already is asked for."""
        return self.request.headers.get("hx-request") == "true"


class _NamedRoute(Route):
    """A route that says in the scope that it is the one, for the log."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


class PageRoute(_NamedRoute):
    """A route of a page: it is passed by where no page is asked for, so that the API may answer at the same place."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and not wants_page(scope):
            return Match.NONE, {}
        return super().matches(scope)


class LastRoute(_NamedRoute):
    """A page where nothing else is at its place: for who says nothing in Accept too, but not where JSON is asked for."""

    def __init__(self, page: Route) -> None:
        super().__init__(page.path, page.endpoint, methods=["GET"], name=page.name)
        self.methods = {"GET"}  # by HEAD as the API: not at all

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and wants_json(scope):
            return Match.NONE, {}
        match, found = super().matches(scope)
        return (match, found) if match is Match.FULL else (Match.NONE, {})


def page(path: str, view: View) -> PageRoute:
    """The route of a page to look at."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(view, Page(request))

    return PageRoute(path, endpoint, methods=["GET"], name=view.__name__)


def download(path: str, view: View, *, writes: bool = False) -> Route:
    """The route of a file to keep, for whoever asks; `writes` where its store keeps that it was fetched."""

    async def endpoint(request: Request) -> Response:
        page = Page(request)
        return await (writing(page.path("store"), view, page) if writes else run_in_threadpool(view, page))

    return _NamedRoute(path, endpoint, methods=["GET"], name=view.__name__)


def _store_of(page: Page) -> str | None:
    return page.request.path_params.get("store") or page.value("winkel") or None


def action(path: str, view: View, store_of: StoreOf = _store_of) -> PageRoute:
    """The route of a form that is sent, and the store that it writes to: that of the path or of the form, where it has one."""

    async def endpoint(request: Request) -> Response:
        limits = {"max_files": _MOST_FILES, "max_fields": _MOST_FIELDS, "max_part_size": _MOST_TEXT}
        try:
            form = await request.form(**limits)
        except (FormParserError, KeyError):  # KeyError: it names no boundary
            raise HTTPException(400, "the form can't be read") from None
        try:
            page = Page(request, form)
            store = await run_in_threadpool(store_of, page)
            return await (run_in_threadpool(view, page) if store is None else writing(store, view, page))
        finally:
            await form.close()

    return PageRoute(path, endpoint, methods=["POST"], name=view.__name__)


def see(path: str, **query: Any) -> Response:
    """Go and look there, after a form."""
    return RedirectResponse(with_query(path, **query), 303)

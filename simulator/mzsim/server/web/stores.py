"""The stores of the portal: to make one, with its token, and to drop one."""

from __future__ import annotations

from starlette.responses import Response

from mzsim.common.errors import MzsimError
from mzsim.personas import PROEF
from mzsim.server.gate import require_portals_own
from mzsim.server.stores import FIRST
from mzsim.server.web.page import Page, action, page, see


def every(page: Page) -> Response:
    """The stores there are, and a form for another."""
    return _every(page)


def _every(page: Page, status: int = 200, **more: str) -> Response:
    told = {"made": "", "token": "", "wrong": "", "name": ""} | more
    entries = [entry for entry in page.portal.stores() if entry.name in page.stores]
    return page.render("stores.html", status, entries=entries, **told)


def make(page: Page) -> Response:
    """Makes a store. Its token is shown now, and never again."""
    require_portals_own(page.request.scope)
    name = page.value("naam").strip()
    try:
        entry, token = page.portal.make_store(name)
        if page.value("proef"):
            page.portal.store(entry.name).load(PROEF)
    except MzsimError as error:
        return _every(page, 400, wrong=str(error), name=name)
    page.forget_stores()
    return _every(page, 201, made=entry.name, token=token)


def begin(page: Page) -> Response:
    """The insurer for tests in the first store, which is made where there is none; then its personas."""
    if page.store_name is None:
        require_portals_own(page.request.scope)
        page.portal.make_store(FIRST)
        page.forget_stores()
    page.opened(page.store_name or FIRST).load(PROEF)
    return see("/personas")


def ask_drop(page: Page) -> Response:
    """Asks whether a store may go, with all that it holds."""
    return page.render("drop.html", name=page.opened_name(page.path("store")))


def drop(page: Page) -> Response:
    """Drops a store, and what its token had made."""
    require_portals_own(page.request.scope)
    name = page.opened_name(page.path("store"))
    page.portal.drop_store(name)
    page.jobs.forget(name)
    return see("/winkels")


ROUTES = (
    page("/winkels", every),
    action("/winkels", make),
    action("/proef", begin, lambda page: page.store_name),
    page("/winkels/{store}/weg", ask_drop),
    action("/winkels/{store}/weg", drop),
)

"""The first page, the choice of a language, and the token that a person types."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from mzsim.server.access import COOKIE
from mzsim.server.catalogue import LANGUAGES
from mzsim.server.rendering import LANGUAGE_COOKIE
from mzsim.server.web.page import Page, action, page, see
from mzsim.store.file_rows import FileRows

_A_YEAR = 31_536_000


def home(page: Page) -> Response:
    """Where to begin: a declaration to hand in, the newest submissions, and what to try."""
    name = page.store_name
    if name is None:
        return page.render("home.html", submissions=[], empty=True)
    store = page.portal.store(name)
    with store.opened().read() as connection:
        empty = not FileRows(connection, 0).count("uzovi")
    return page.render("home.html", submissions=store.submissions(limit=5, newest_first=True), empty=empty)


def choose_language(page: Page) -> Response:
    """Remembers a language, and goes back."""
    answer = see(_own(page.query.get("terug", "/")))
    if page.path("language") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, page.path("language"), _A_YEAR, httponly=True, samesite="strict")
    return answer


def ask_token(page: Page) -> Response:
    """Asks for a token."""
    return page.render("login.html", back=_own(page.query.get("terug", "/")), wrong=False)


def take_token(page: Page) -> Response:
    """Remembers a token that opens something, in this browser only."""
    token, back = page.value("token").strip(), _own(page.value("terug") or "/")
    if not (page.access.is_own_token(token) or page.portal.opened_by(token)):
        return page.render("login.html", 401, back=back, wrong=True)
    answer = RedirectResponse(back, 303)
    # What stands between may speak TLS with the browser and none with the portal; the browser knows.
    secure = "https" in (page.request.url.scheme, page.request.headers.get("origin", "").partition(":")[0])
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return answer


def forget_token(page: Page) -> Response:
    """Forgets the token again."""
    answer = see("/inloggen")
    answer.delete_cookie(COOKIE)
    return answer


def _own(path: str) -> str:
    """A path of this portal; the first page for anything else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


ROUTES = (
    page("/", home),
    page("/taal/{language}", choose_language),
    page("/inloggen", ask_token),
    action("/inloggen", take_token),
    action("/uitloggen", forget_token),
)

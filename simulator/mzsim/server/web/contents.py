"""What a store holds, list by list: insurers, polissen, authorisations, used numbers; to load a file, and to begin anew."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mzsim.common.errors import MzsimError
from mzsim.server.numbers import number
from mzsim.server.web.page import Page, action, page, see
from mzsim.store.file_rows import FileRows
from mzsim.store.shipped_files import shipped_names

LISTS = (
    *("uzovi", "polissen", "machtigingen", "factuurnummers", "zorgaanbieders", "contracten", "dekkingen"),
    *("prestatiecodes", "tarieven", "prestaties"),
)
"""The lists that are shown, the first one first."""
_PER_PAGE = 50
_NO_MESSAGE = 0
_MOST_FILE = 50_000_000


def contents(page: Page) -> Response:
    """One list of the store."""
    return _contents(page)


def _contents(page: Page, status: int = 200, *, wrong: str = "", text: str = "") -> Response:
    asked = page.query
    listing = asked["lijst"] or LISTS[0]
    if listing not in LISTS:
        raise HTTPException(404, f"{listing}: no such list; there are {', '.join(LISTS)}")
    begin = number(asked["vanaf"]) or 0
    with page.store.opened().read() as connection:
        held = FileRows(connection, _NO_MESSAGE, page.mask)
        count, rows = held.count(listing), held.piece(listing, begin, _PER_PAGE)
    return page.render(
        "contents.html",
        status,
        lists=LISTS,
        listing=listing,
        count=count,
        rows=rows,
        columns=list(dict.fromkeys(name for row in rows for name in row)),
        begin=begin,
        per_page=_PER_PAGE,
        shipped=shipped_names(),
        loaded=asked["geladen"],
        masked=page.mask is not None,
        wrong=wrong,
        text=text,
    )


def load(page: Page) -> Response:
    """Loads a verzekeraarsbestand: one of the program, a file, or a text."""
    text = page.value("tekst")
    uploads = page.uploads("bestand")
    try:
        if page.value("lijst") in shipped_names():
            page.store.load(page.value("lijst"))
        elif uploads:
            content = uploads[0].file.read(_MOST_FILE + 1)
            if len(content) > _MOST_FILE:
                raise HTTPException(413, f"a store file of more than {_MOST_FILE:,} bytes is loaded by mzsim db load")
            page.store.load(_as_text(content))
        elif text.strip():
            page.store.load(_as_text(text.encode("utf-8")))
    except MzsimError as error:
        return _contents(page, 400, wrong=str(error), text=text)
    return see(f"/s/{page.store.name}/winkel", geladen=1)


def _as_text(content: bytes) -> str:
    """A store file as text; with a line end, by which it is told from a path."""
    try:
        return f"{content.decode('utf-8-sig')}\n"
    except UnicodeDecodeError:
        raise HTTPException(400, "a store file is a text in UTF-8; this one is not") from None


def show_persons(page: Page) -> Response:
    """Shows BSN and names of this store from now on, or masks them again."""
    page.portal.unmask(page.store.name, unmasked=bool(page.value("tonen")))
    return see(f"/s/{page.store.name}/winkel")


def ask_reset(page: Page) -> Response:
    """Asks whether the store may be emptied."""
    return page.render("reset.html", name=page.store.name)


def reset(page: Page) -> Response:
    """Empties the store: what it knows, and what was submitted."""
    page.store.reset()
    return see(f"/s/{page.store.name}/winkel")


ROUTES = (
    page("/s/{store}/winkel", contents),
    action("/s/{store}/winkel", load),
    action("/s/{store}/winkel/personen", show_persons),
    page("/s/{store}/winkel/leeg", ask_reset),
    action("/s/{store}/winkel/leeg", reset),
)

"""The manual: its pages as the wheel has them."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from mzsim.common.errors import InputError
from mzsim.presentation import manual
from mzsim.server.web.page import Page, page

_LINK = re.compile(r'href="(?:\./)?([a-z0-9-]+)\.md(#[^"]*)?"')
_OUTSIDE = re.compile(r'href="(?:\.\./)+[^"]*"')
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)


def index(page: Page) -> Response:
    """The pages there are."""
    return page.render("manual.html", pages=manual.pages())


def one(page: Page) -> Response:
    """One page."""
    try:
        found = manual.page(page.path("name"))
    except InputError as error:
        raise HTTPException(404, str(error)) from None
    return page.render("manual_page.html", title=found.title, content=as_html(found.text))


@lru_cache(maxsize=64)
def as_html(text: str) -> Markup:
    """Markdown as a page shows it. Its headings can be linked to; what HTML stands in it is shown as text."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    html = _LINK.sub(lambda found: f'href="/manual/{found[1]}{found[2] or ""}"', html)
    html = _OUTSIDE.sub('href="/manual"', html)
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<pre tabindex="0">')
    return Markup(_HEADING.sub(_with_anchor, html))  # noqa: S704 - made of Markdown without HTML


def _with_anchor(found: re.Match[str]) -> str:
    words = re.sub(r"<[^>]*>", "", found[2])
    anchor = re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-")
    return f'<h{found[1]} id="{anchor}">{found[2]}</h{found[1]}>'


ROUTES = (page("/manual", index), page("/manual/{name}", one))

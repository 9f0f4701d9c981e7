"""The HTTP API as a page: its description in OpenAPI, put into tables."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.responses import Response

from mzsim.server.api.router import openapi
from mzsim.server.web.page import Page, page


class _Operation(NamedTuple):
    """One operation as the page shows it: a row for each parameter and for each answer."""

    method: str
    path: str
    about: Markup
    parameters: list[tuple[str, str, str, Markup]]
    bodies: list[str]
    answers: list[tuple[str, str, Markup]]


def description(page: Page) -> Response:
    """All operations, by their subject."""
    described = openapi()
    by_tag: dict[str, list[_Operation]] = {tag["name"]: [] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append(_operation(method, path, operation))
    tags = [(tag["name"], tag["description"], by_tag[tag["name"]]) for tag in described["tags"]]
    return page.render("api.html", about=_marked(described["info"]["description"]), tags=tags)


def _operation(method: str, path: str, operation: dict[str, Any]) -> _Operation:
    parameters = [
        (one["name"], one["in"], _kind(one["schema"]), _marked(one.get("description", "")))
        for one in operation.get("parameters", [])
    ]
    answers = [
        (status, ", ".join(answer.get("content", {})), _marked(answer["description"]))
        for status, answer in sorted(operation["responses"].items())
    ]
    bodies = list(operation.get("requestBody", {}).get("content", {}))
    return _Operation(method.upper(), path, _marked(operation["description"]), parameters, bodies, answers)


def _marked(text: str) -> Markup:
    """A text with what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _kind(schema: dict[str, Any]) -> str:
    """What a value may be, in short; a part that can be left out is not told twice."""
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return _kind(openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return str(schema.get("format") or schema.get("type", ""))


ROUTES = (page("/api", description),)

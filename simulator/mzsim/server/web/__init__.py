"""The pages of the portal: for people in a browser, with or without JavaScript, in Dutch and in English."""

from __future__ import annotations

from mzsim.server.web import (
    behaviour,
    certification,
    contents,
    description,
    home,
    manual,
    personas,
    register,
    scripts,
    stores,
    submissions,
    suites,
)
from mzsim.server.web.page import LastRoute, PageRoute

_ROOMS = (
    *(home, submissions, contents, scripts, behaviour, stores),
    *(personas, suites, certification, register, description, manual),
)
PAGES = tuple(route for room in _ROOMS for route in room.ROUTES)
"""Every route of a page."""
LAST = tuple(LastRoute(route) for route in PAGES if isinstance(route, PageRoute) and "GET" in (route.methods or ()))
"""Those to look at, for behind the routes of the API."""

"""Submissions: to hand one in, the list that keeps itself up to date, and one of them with why it was answered so."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import islice
from typing import Any

from starlette.responses import Response

from mzsim.explanation.derivation import lines
from mzsim.server.errors import PortalError
from mzsim.server.numbers import MOST_64_BITS, number
from mzsim.server.rendering import with_query
from mzsim.server.states import State
from mzsim.server.submission import Submission
from mzsim.server.web.page import Page, action, download, page, see
from mzsim.server.web.records import beside
from mzsim.server.web.sending import options_of, sent

_PER_PAGE = 50
_RECORDS, _FIRST_RECORDS = 25, 10
"""Records of a declaration that a page of records shows, and that of a submission: it is renewed while it is looked at."""
_MOST_WHY = 40
"""Records whose codes a page explains."""


def listing(page: Page) -> Response:
    """The submissions of a store, the newest first, as far as is asked for. htmx asks again and again, and gets nothing new
    where nothing changed."""
    asked = page.query
    before = number(asked["voor"], MOST_64_BITS) or 0
    found = page.store.submissions(
        after=before,
        limit=_PER_PAGE + 1,
        status=asked["status"] or None,
        uzovi=asked["uzovi"] or None,
        reference=asked["kenmerk"] or None,
        since=_day(asked["van"]),
        until=_day(asked["tot"], end=True),
        newest_first=True,
    )
    shown, more = found[:_PER_PAGE], found[_PER_PAGE:]
    state = hashlib.sha256(repr([(s.id, s.status, s.retour_status) for s in shown]).encode()).hexdigest()[:16]
    if page.by_htmx and asked["stand"] == state:
        return Response(status_code=204)
    names = ("status", "uzovi", "kenmerk", "van", "tot")
    filters = {name: asked[name] for name in names if asked[name]}
    here = f"/s/{page.path('store')}/inzendingen"
    return page.render(
        "submissions.html",
        submissions=shown,
        asked=asked,
        states=list(State),
        again=with_query(here, **filters, voor=before or None, stand=state),
        older=with_query(here, **filters, voor=shown[-1].id) if more else None,
        filtered=bool(filters),
    )


def hand_in(page: Page) -> Response:
    """Takes the files of a form."""
    uploads = page.uploads("bestand")
    if not uploads:
        return see(f"/s/{page.store.name}/inzendingen", leeg=1)
    return sent(page, page.store, [(file.file, file.filename or "") for file in uploads], options_of(page))


def one(page: Page) -> Response:
    """One submission: how far it is, and what there is to see of it."""
    submission = page.store.submission(_id(page))
    progress = round(page.store.progress(submission.id) * 100)
    state = f"{submission.status}-{submission.retour_status}-{progress}"
    if page.by_htmx and page.query["stand"] == state:
        return Response(status_code=204)
    return page.render(
        "submission.html", s=submission, state=state, progress=progress, **_records(page, submission, _FIRST_RECORDS)
    )


def records(page: Page) -> Response:
    """The declaration beside its retour, as many records as a page holds."""
    submission = page.store.submission(_id(page))
    return page.render("records.html", s=submission, **_records(page, submission, _RECORDS))


def why(page: Page) -> Response:
    """Why each code and each cent."""
    submission = page.store.submission(_id(page))
    found: dict[str, Any] | None = None
    reason = ""
    if submission.retour_id is not None:
        try:
            found = page.store.explanation(submission.id, unmasked=page.mask is None)
        except PortalError as error:
            reason = str(error)
    told = [r for r in found["records"] if any(c["retourcode"] != "0200" for c in r["codes"])] if found else []
    return page.render(
        "why.html",
        s=submission,
        found=found,
        records=told[:_MOST_WHY],
        more=max(0, len(told) - _MOST_WHY),
        grants=(found or {}).get("toekenningen", [])[:_MOST_WHY],
        lines=lines,
        reason=reason,
        meldingen=[] if found else list(islice(page.store.meldingen(submission.id), _MOST_WHY)),
    )


def declaration(page: Page) -> Response:
    """The bytes of a declaration."""
    submission = page.store.submission(_id(page))
    return page.file(page.store.declaration(submission.id), submission.bestandsnaam)


def retour(page: Page) -> Response:
    """The bytes of its retour."""
    submission = page.store.submission(_id(page))
    if submission.retour_id is None:
        return page.file(page.store.retour(submission.id), "")
    found, content = page.store.retour_file(submission.retour_id)
    page.store.mark_downloaded(submission.retour_id)
    return page.file(content, found.bestandsnaam)


def _records(page: Page, submission: Submission, most: int) -> dict[str, Any]:
    begin = number(page.query["vanaf"], MOST_64_BITS) or 1
    only_back = page.query["alleen"] == "terug" and submission.retour_id is not None
    if submission.status == State.REFUSED:
        return {"records": [], "only_back": False, "begin": begin, "next": None}
    retour = page.store.retour(submission.id) if submission.retour_id is not None else None
    found = beside(
        page.store.declaration(submission.id), retour, begin=begin, most=most + 1, only_back=only_back, mask=page.mask
    )
    shown = found[:most]
    return {
        "records": shown,
        "only_back": only_back,
        "begin": begin,
        "next": found[most].place if len(found) > most else None,
    }


def _id(page: Page) -> int:
    return number(page.path("id"), MOST_64_BITS) or 0


def _day(text: str, *, end: bool = False) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=end)
    except (ValueError, OverflowError):
        return None
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


ROUTES = (
    page("/s/{store}", lambda page: see(f"/s/{page.path('store')}/inzendingen")),
    page("/s/{store}/inzendingen", listing),
    action("/s/{store}/inzendingen", hand_in),
    page("/s/{store}/inzendingen/{id}", one),
    page("/s/{store}/inzendingen/{id}/declaratie", records),
    page("/s/{store}/inzendingen/{id}/retour", records),
    page("/s/{store}/inzendingen/{id}/uitleg", why),
    download("/s/{store}/inzendingen/{id}/declaratie/bestand", declaration),
    download("/s/{store}/inzendingen/{id}/retour/bestand", retour, writes=True),
)

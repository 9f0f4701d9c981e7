"""What to look up: the register of checks, the retourcodes, and the requirements of the sources."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mzsim.checks import REGISTER
from mzsim.checks.register import ordering
from mzsim.presentation import register
from mzsim.requirements import Choice as RequirementChoice
from mzsim.requirements import choose as choose_requirements
from mzsim.requirements import covered_by_checks
from mzsim.server.web.page import Page, page
from mzsim.standard.layout import layouts, rubriek_name
from mzsim.standard.retourcodes import retourcodes

_RECORDS = ("bestand", "alle", "voorloop", "verzekerde", "debiteur", "prestatie", "commentaar", "sluit")


def checks(page: Page) -> Response:
    """The register, as far as is asked for."""
    asked = page.query
    level = asked["niveau"]
    choice = register.Choice(
        niveau=int(level) if level in map(str, register.LEVELS) else None,
        record=asked["record"] or None,
        rubriek=asked["rubriek"] or None,
        retourcode=asked["code"] or None,
        door=asked["door"] or None,
    )
    word = asked["q"].casefold()
    chosen = [c for c in register.choose(choice) if word in f"{c.id} {c.sentence} {c.source} {c.retourcode}".casefold()]
    return page.render(
        "checks.html", checks=chosen, asked=asked, levels=register.LEVELS, records=_RECORDS, names=_names()
    )


def check(page: Page) -> Response:
    """One check in full."""
    found = REGISTER.get(page.path("id"))
    if found is None:
        raise HTTPException(404, f"{page.path('id')}: no such check")
    return page.render(
        "check.html",
        check=found,
        level=register.LEVELS[found.level],
        rubriek=found.rubriek and rubriek_name(found.rubriek),
        code=found.retourcode and retourcodes()[found.retourcode],
        requirements=covered_by_checks([found.id]),
        examples=[(header, case.pop("naam"), register.as_yaml(case)) for header, case in register.examples(found.id)],
    )


def codes(page: Page) -> Response:
    """All retourcodes, or those in which a word stands."""
    word = page.query["q"].casefold()
    found = [code for code in retourcodes().values() if word in f"{code.code} {code.meaning}".casefold()]
    return page.render("codes.html", codes=found, asked=page.query)


def code(page: Page) -> Response:
    """One retourcode, and the checks that give it."""
    found = retourcodes().get(page.path("code"))
    if found is None:
        raise HTTPException(404, f"{page.path('code')}: no such retourcode in the list")
    given_by = sorted((c for c in REGISTER.values() if c.retourcode == found.code), key=ordering)
    return page.render("code.html", code=found, checks=given_by, names=_names())


def requirements(page: Page) -> Response:
    """What the sources ask, as far as is asked for."""
    asked = page.query
    found = choose_requirements(RequirementChoice(word=asked["q"] or None, paragraaf=asked["paragraaf"] or None))
    return page.render("requirements.html", requirements=found, asked=asked)


def _names() -> dict[str, str]:
    """The rubrieken of both messages by number."""
    kinds = ("mz301", "mz302")
    return {r.nummer: r.naam for kind in kinds for layout in layouts(kind).values() for r in layout.rubrieken}


ROUTES = (
    page("/controles", checks),
    page("/controles/{id}", check),
    page("/retourcodes", codes),
    page("/retourcodes/{code}", code),
    page("/eisen", requirements),
)

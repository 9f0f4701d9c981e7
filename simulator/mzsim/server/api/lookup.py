"""What to look up: the register of checks, the retourcodes, the requirements, and the personas with their declarations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from starlette.exceptions import HTTPException
from starlette.responses import Response as Answer

from mzsim.checks.register import REGISTER
from mzsim.common.errors import InputError
from mzsim.personas import find, personas
from mzsim.personas.display import as_dict
from mzsim.personas.persona import Persona
from mzsim.presentation import register
from mzsim.presentation import requirements as requirements_display
from mzsim.requirements import Choice, choose
from mzsim.server.api.common import OCTETS, octets, problems
from mzsim.server.api.models import Asked, Json
from mzsim.standard.retourcodes import Retourcode, retourcodes

router = APIRouter(tags=["naslag"])
_Four = Annotated[str, Path(pattern=r"^[0-9]{4}$")]


class ChecksAsked(Asked):
    """Which checks are asked for."""

    niveau: Literal[1, 2, 3, 4, 5, 6, 7] | None = None
    record: (
        Literal["bestand", "alle", "voorloop", "verzekerde", "debiteur", "prestatie", "commentaar", "sluit"] | None
    ) = None
    rubriek: str | None = None
    retourcode: str | None = None
    door: Literal["V", "Z"] | None = None


@router.get("/controles", responses=problems())
def checks(asked: Annotated[ChecksAsked, Query()]) -> list[Json]:
    """The register of checks, as `mzsim controles --json` prints it."""
    return _listed(register.json_lines(register.choose(register.Choice(**asked.model_dump()))))


@router.get("/controles/{controle}", responses=problems(404))
def check(controle: Annotated[str, Path(max_length=40)]) -> Json:
    """One check."""
    found = REGISTER.get(controle)
    if found is None:
        raise HTTPException(404, f"{controle}: no such check")
    return _listed(register.json_lines([found]))[0]


@router.get("/retourcodes")
def codes() -> list[Json]:
    """All retourcodes."""
    return [_code(code) for code in retourcodes().values()]


@router.get("/retourcodes/{retourcode}", responses=problems(404))
def code(retourcode: _Four) -> Json:
    """One retourcode, with the checks that give it."""
    found = retourcodes().get(retourcode)
    if found is None:
        raise HTTPException(404, f"{retourcode}: no such retourcode in the list")
    given_by = [check.id for check in register.choose(register.Choice(retourcode=retourcode))]
    return {**_code(found), "controles": given_by}


def _code(code: Retourcode) -> Json:
    return {"code": code.code, "betekenis": code.meaning, "soort": code.kind}


@router.get("/eisen")
def requirements() -> list[Json]:
    """What the sources ask, and what covers it, as `mzsim eisen --json` prints it."""
    return _listed(requirements_display.json_lines(choose(Choice())))


@router.get("/personas")
def every_persona() -> list[Json]:
    """The personas of @proef, as `mzsim personas --json` prints them."""
    return [as_dict(one) for one in personas()]


@router.get("/personas/{persona}", responses=problems(404))
def one_persona(persona: Annotated[str, Path(max_length=60)]) -> Json:
    """One persona, by its id or BSN."""
    return as_dict(_found(persona))


@router.get("/personas/{persona}/declaraties/{nummer}", response_class=Answer, responses={**problems(404), 200: OCTETS})
def persona_declaration(
    persona: Annotated[str, Path(max_length=60)], nummer: Annotated[int, Path(ge=1, le=99)]
) -> Response:
    """One of its declarations, to hand in: on the day that the persona names, in a store with @proef."""
    found = _found(persona).declaraties
    if nummer > len(found):
        raise HTTPException(404, f"{persona} has no declaration {nummer}")
    chosen = found[nummer - 1]
    return octets([chosen.bericht()], chosen.file_name)


def _found(name: str) -> Persona:
    try:
        return find(name)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _listed(lines: Iterable[str]) -> list[Json]:
    return [json.loads(line) for line in lines]

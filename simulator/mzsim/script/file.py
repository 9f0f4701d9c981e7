"""Reads a script of answers, strictly: what is unknown, or would give an impossible retour, is refused with file and line."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from mzsim.common.errors import ScriptError, StoreFileError
from mzsim.common.file_values import Bedrag, Codes, Percentage, Regel, melding
from mzsim.common.value_tree import read_source
from mzsim.common.yaml_lines import Boom, Fout, Plek, Source, YamlText, bestandsfout
from mzsim.script.codes import bezwaar_tegen_actie
from mzsim.script.conditions import lees_voorwaarde
from mzsim.script.directing import Script
from mzsim.script.rules import AFZENDERS, Actie, Onderdeel, Scriptregel, controle_van
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import Feitenbron
from mzsim.store.session import Database

_MINDER = "0613"
"""Says why less is granted, where a rule names no code."""


class Actieregel(Regel):
    """What a rule answers."""

    codes: Codes = Field(default_factory=list)
    toekennen: Bedrag | None = None
    percentage: Percentage | None = None
    afzender: Literal["vecozo", "verzekeraar"] = "verzekeraar"

    @property
    def kent_toe(self) -> bool:
        return self.toekennen is not None or self.percentage is not None


class Regelregel(Regel):
    """One rule of the list; `match` and `not` hold conditions by rubriek."""

    deel: Onderdeel = "prestatie"
    match: dict[str, Any] = Field(default_factory=dict)
    niet: dict[str, Any] = Field(default_factory=dict, alias="not")
    action: Actieregel


_LIJST = TypeAdapter(list[Regelregel])
_SLEUTELS = {False: "deel, match, not, action", True: "codes, toekennen, percentage, afzender"}


def lees_script(pad: Source, eigen_codes: Mapping[str, Retourcode] | None = None) -> Script:
    """Reads a script, or what one would hold; `eigen_codes` are the retourcodes that the store adds to the list.

    Raises `ScriptError` for the first thing that is wrong in the file.
    """
    codes = {**retourcodes(), **(eigen_codes or {})}
    try:
        boom = read_source(pad)
        regels = _lees(boom)
        boom.eis_geen(boom.fouten)
        boom.eis_geen(_bezwaren(boom, regels, codes))
        sha256 = hashlib.sha256(_content(pad)).hexdigest()
    except StoreFileError as fout:
        raise ScriptError(str(fout)) from None
    file = pad if isinstance(pad, Path) else None
    return Script(file, sha256, tuple(_regel(boom, nummer, regel) for nummer, regel in enumerate(regels)))


def _content(source: Source) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    return source.text.encode() if isinstance(source, YamlText) else repr(source.content).encode()


def laad_script(pad: Source, store: Database) -> Script:
    """Reads a script for a replay on a store, whose own retourcodes it may give."""
    with store.lezen() as verbinding:
        return lees_script(pad, Feitenbron(verbinding, dt.date.min).retourcodes())


def _lees(boom: Boom) -> list[Regelregel]:
    if not isinstance(boom.wortel, list):
        raise bestandsfout(boom.pad, 1, "must be a list of rules, each with match, not, deel and action")
    try:
        return _LIJST.validate_python(boom.wortel)
    except ValidationError as fout:
        raise boom.eerste([*boom.fouten, *_vormfouten(boom, fout)]) from None


def _vormfouten(boom: Boom, fout: ValidationError) -> Iterator[Fout]:
    for een in fout.errors(include_url=False):
        plek = een["loc"]
        wat = melding(een)
        if een["type"] == "extra_forbidden":
            wat = f"is no key of a rule; known here: {_SLEUTELS['action' in plek]}"
        yield boom.fout(plek, wat)


def _bezwaren(boom: Boom, regels: list[Regelregel], codes: Mapping[str, Retourcode]) -> Iterator[Fout]:
    for n, regel in enumerate(regels):
        for sleutel, rubriek, waarde in _voorwaarden(regel):
            gelezen = lees_voorwaarde(rubriek, waarde, regel.deel)
            if isinstance(gelezen, str):
                yield boom.fout((n, sleutel, rubriek), gelezen)
        actie = regel.action
        if gevonden := bezwaar_tegen_actie(regel.deel, AFZENDERS[actie.afzender], actie.codes, actie, codes):
            plek, wat = gevonden
            yield boom.fout((n, "action", *plek), wat)


def _voorwaarden(regel: Regelregel) -> Iterator[tuple[str, str, Any]]:
    for sleutel, voorwaarden in (("match", regel.match), ("not", regel.niet)):
        for rubriek, waarde in voorwaarden.items():
            yield sleutel, rubriek, waarde


def _regel(boom: Boom, n: int, regel: Regelregel) -> Scriptregel:
    plaats: Plek = (n,)
    line = boom.fout(plaats, "").regel
    plek = f"{boom.pad.name}:{line}" if line else boom.pad.name
    gelezen: dict[str, list[Any]] = {"match": [], "not": []}
    for sleutel, rubriek, waarde in _voorwaarden(regel):
        gelezen[sleutel].append(lees_voorwaarde(rubriek, waarde, regel.deel))
    actie, afzender = regel.action, AFZENDERS[regel.action.afzender]
    codes = actie.codes or ([_MINDER] if actie.kent_toe else [])
    controles = tuple(controle_van(n + 1, plek, regel.deel, code, afzender) for code in codes if code != "0200")
    return Scriptregel(
        nummer=n + 1,
        plek=plek,
        deel=regel.deel,
        match=tuple(gelezen["match"]),
        niet=tuple(gelezen["not"]),
        actie=Actie(afzender, controles, actie.toekennen, actie.percentage),
    )

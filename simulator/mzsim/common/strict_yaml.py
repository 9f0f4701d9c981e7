"""A YAML file as a model whose fields are its keys, strictly: what is wrong is told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from mzsim.common.file_values import melding
from mzsim.common.value_tree import read_source
from mzsim.common.yaml_lines import Boom, Fout, Source, bestandsfout

M = TypeVar("M", bound=BaseModel)


def lees_strikt(pad: Source, model: type[M], soort: str) -> tuple[M, Boom]:
    """Reads a file, or what one would hold; `soort` is what its keys are keys of.

    Raises StoreFileError for the first thing that is wrong.
    """
    boom = read_source(pad)
    wortel = {} if boom.wortel is None else boom.wortel
    if not isinstance(wortel, dict):
        raise bestandsfout(pad, 1, f"must be a mapping of keys to values; the keys are {', '.join(model.model_fields)}")
    try:
        inhoud = model.model_validate(wortel)
    except ValidationError as fout:
        raise boom.eerste([*boom.fouten, *_fouten(boom, fout, model, soort)]) from None
    boom.eis_geen(boom.fouten)
    return inhoud, boom


def _fouten(boom: Boom, fout: ValidationError, model: type[BaseModel], soort: str) -> Iterator[Fout]:
    for een in fout.errors(include_url=False):
        plek = tuple(deel for deel in een["loc"] if deel != "[key]")
        if een["type"] == "extra_forbidden":
            wat = f"is no key of {soort}; known here: {', '.join(_bekende_sleutels(model, plek[:-1]))}"
        else:
            wat = melding(een)
        yield boom.fout(plek, wat)


def _bekende_sleutels(model: type[BaseModel], plek: tuple[str | int, ...]) -> list[str]:
    for naam in plek:
        if isinstance(naam, str):
            model = next(_modellen(model.model_fields[naam].annotation))
    return list(model.model_fields)


def _modellen(soort: Any) -> Iterator[type[BaseModel]]:
    if isinstance(soort, type) and issubclass(soort, BaseModel):
        yield soort
    for deel in get_args(soort):
        yield from _modellen(deel)

"""A YAML file as a model whose fields are its keys, strictly: what is wrong is told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from mzsim.common.file_values import melding
from mzsim.common.value_tree import read_source
from mzsim.common.yaml_lines import Source, Tree, YamlError, file_error

M = TypeVar("M", bound=BaseModel)


def read_strict(path: Source, model: type[M], kind: str) -> tuple[M, Tree]:
    """Reads a file, or what one would hold; `kind` is what its keys are keys of.

    Raises StoreFileError for the first thing that is wrong.
    """
    tree = read_source(path)
    root = {} if tree.root is None else tree.root
    if not isinstance(root, dict):
        raise file_error(path, 1, f"must be a mapping of keys to values; the keys are {', '.join(model.model_fields)}")
    try:
        content = model.model_validate(root)
    except ValidationError as error:
        raise tree.first([*tree.errors, *_errors(tree, error, model, kind)]) from None
    tree.require_none(tree.errors)
    return content, tree


def _errors(tree: Tree, error: ValidationError, model: type[BaseModel], kind: str) -> Iterator[YamlError]:
    for one in error.errors(include_url=False):
        location = tuple(part for part in one["loc"] if part != "[key]")
        if one["type"] == "extra_forbidden":
            what = f"is no key of {kind}; known here: {', '.join(_known_keys(model, location[:-1]))}"
        else:
            what = melding(one)
        yield tree.error(location, what)


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    for name in location:
        if isinstance(name, str):
            model = next(_models(model.model_fields[name].annotation))
    return list(model.model_fields)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models(part)

"""What the commands of a cluster print."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import closed

Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
"""In UTC."""


@closed
class StoresList(TypedDict):
    """A store of a cluster: the revision of its schema, its bytes on disk, its submissions; null where it has none of it."""

    naam: str
    gemaakt: Moment
    versie: str | None
    omvang: int
    wachtend: int | None
    beantwoord: int | None
    gearchiveerd: Moment | None
    half: bool
    dicht: bool

"""What the commands of a cluster print."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mzsim.presentation.kinds.rules import Sha256
from mzsim.presentation.kinds.values import closed

Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
"""In UTC."""
Count = Annotated[int, Field(ge=0)]


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


@closed
class ClusterWorker(TypedDict):
    """A process that works for a cluster."""

    id: int
    computer: str
    proces: int
    programma: str
    regels: Sha256
    wachtrijen: list[str]
    aan_het_werk: float
    gehoord: float
    verloren: bool
    winkel: str | None
    inzending: int | None
    deel: float | None


@closed
class ClusterQueue(TypedDict):
    """The jobs of a queue."""

    wachtrij: str
    wachtend: Count
    bezig: Count
    later: Count
    gestrand: Count
    mislukt: Count
    oudste: float | None


@closed
class ClusterTenant(TypedDict):
    """A store or a run of a suite that waits."""

    soort: Literal["winkel", "suite"]
    naam: str
    aantal: Count
    oudste: float


@closed
class ClusterStatus(TypedDict):
    """How a cluster is: who works for it, and what waits."""

    programma: str
    regels: Sha256
    werkers: list[ClusterWorker]
    wachtrijen: list[ClusterQueue]
    wachtend: list[ClusterTenant]

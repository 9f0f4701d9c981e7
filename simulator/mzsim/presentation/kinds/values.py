"""Values that several kinds hold, and how the kinds are made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

closed = with_config(ConfigDict(extra="forbid"))
"""An object without other keys than its own."""

Amount = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$")]
"""Euro, a credit negative."""
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
DayAsFound = Annotated[str, Field(description="ISO 8601; as it stands in the message where that is no date.")]
Kenmerk = Literal["01", "02", "03", "04", "98", "99"]
Status = Literal[
    "volledig_toegewezen",
    "deels_toegewezen",
    "volledig_afgewezen",
    "afgekeurd_bestand",
    "afgekeurd_record",
    "doorgestuurd",
    "onleesbaar",
]


@closed
class Failure(TypedDict):
    """A command that failed: the line that standard error carries, and the exit status."""

    fout: str
    exit_status: int

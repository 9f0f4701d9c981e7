"""What somebody saw of the steps that no file shows: with outcome, name and date, in a YAML file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from mzsim.certification.profile import Profile
from mzsim.common.archive import read_counted
from mzsim.common.file_values import Date, FileLine, Text
from mzsim.common.strict_json import as_text
from mzsim.common.strict_yaml import read_strict
from mzsim.common.yaml_lines import Location, YamlText

_MOST = 4 << 20


class Observation(FileLine):
    """What was seen of one step, by whom and when."""

    stap: Text
    uitkomst: Literal["voldaan", "niet_voldaan"]
    naam: Text
    datum: Date
    opmerking: Text | None = None


class _ObservationsFile(FileLine):
    waarnemingen: list[Observation] = Field(min_length=1)


class Observations(NamedTuple):
    """What was seen, by step; `sha256` is that of the file, None where there is none."""

    of: dict[str, Observation]
    sha256: str | None


NOTHING_SEEN = Observations({}, None)


def read_observations(place: Path, profile: Profile, date: dt.date) -> Observations:
    """Reads a file on the steps of a profile, for a report of this date. Raises StoreFileError, or InputError."""
    content = read_counted(place, _MOST)
    own, tree = read_strict(YamlText(as_text(str(place), content), str(place)), _ObservationsFile, "waarnemingen")
    tree.require_none(tree.error(location, what) for location, what in _objections(own, profile, date))
    of = {observation.stap: observation for observation in own.waarnemingen}
    return Observations(of, hashlib.sha256(content).hexdigest())


def _objections(own: _ObservationsFile, profile: Profile, date: dt.date) -> Iterator[tuple[Location, str]]:
    known = {step.id for step in profile.steps}
    seen: set[str] = set()
    for i, observation in enumerate(own.waarnemingen):
        if observation.stap not in known:
            steps = ", ".join(sorted(known)) or "none"
            yield ("waarnemingen", i, "stap"), f"is no step of the profile {profile.name}; it has {steps}"
        if observation.stap in seen:
            yield ("waarnemingen", i, "stap"), "stands here twice; leave one out"
        if observation.datum > date:
            yield ("waarnemingen", i, "datum"), f"is after the date of the report, {date.isoformat()}"
        seen.add(observation.stap)

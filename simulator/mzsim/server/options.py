"""What may be asked for with a submission, and how it is kept."""

from __future__ import annotations

import datetime as dt
import json
from typing import NamedTuple

from mzsim.domain.findings import Stage
from mzsim.retour.faults import FAULTS
from mzsim.server.errors import PortalError

_LONGEST_REFERENCE = 100
_LONGEST_DELAY = 30 * 24 * 3600.0


class SubmitOptions(NamedTuple):
    """What is asked for: the processing date (default: the day on which it came in), who answers, seconds before each state
    in place of `vertraging`, the text of a script in place of that of the store (empty: none), a kind of fault that the retour
    is to have, and the sender's own reference."""

    date: dt.date | None = None
    stage: str = Stage.ALL
    delay: float | None = None
    script: str | None = None
    fault: str | None = None
    reference: str = ""

    def require(self) -> None:
        """Raises PortalError for what can't be; a script is looked at where the store is known."""
        if self.stage not in {str(stage) for stage in Stage}:
            raise PortalError(f"stage {self.stage!r}: must be {', '.join(Stage)}")
        if self.fault is not None and self.fault not in FAULTS:
            raise PortalError(f"verstoor {self.fault!r}: must be {', '.join(FAULTS)}")
        if self.delay is not None and not 0 <= self.delay <= _LONGEST_DELAY:
            raise PortalError(f"vertraging {self.delay}: must be from 0 to {_LONGEST_DELAY:,.0f} seconds")
        if len(self.reference) > _LONGEST_REFERENCE or not self.reference.isprintable():
            raise PortalError(f"the reference must have {_LONGEST_REFERENCE} characters that can be printed, or fewer")


NO_OPTIONS = SubmitOptions()


class Assignment(NamedTuple):
    """What the worker has to know of it."""

    day: dt.date
    stage: Stage
    fault: str | None

    def to_json(self) -> str:
        return json.dumps([self.day.isoformat(), self.stage, self.fault])


def assignment_from_json(text: str) -> Assignment:
    """What `Assignment.to_json` wrote."""
    day, stage, fault = json.loads(text)
    return Assignment(dt.date.fromisoformat(day), Stage(stage), fault)

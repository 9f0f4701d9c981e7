"""What the store holds of one practice at one insurer, as plain values for the reports. Dates are days, not EEJJMMDD."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

GIVEN = "afgegeven"
MACHTIGINGSVRIJ, DEFAULT = "machtigingsvrij", "standaard"


class PracticePrestatie(NamedTuple):
    """A granted prestatierecord 01, not credited. `person` is as in the store; `element` and `jaw` "" for none."""

    person: str
    date: dt.date
    code: str
    element: str
    jaw: str
    aantal: int


class Request(NamedTuple):
    """A machtiging that was asked for; the store keeps no day of the request, so `start` stands for it.

    `codes` are the implantologiecodes that its prestaties stand for, `status` is afgegeven, vervallen or afgewezen.
    """

    number: str
    person: str
    codes: frozenset[str]
    start: dt.date
    end: dt.date | None
    status: str

    def covers(self, p: PracticePrestatie) -> bool:
        """Whether a prestatie was done under this machtiging."""
        return (
            self.status == GIVEN
            and self.person == p.person
            and p.code in self.codes
            and self.start <= p.date
            and (self.end is None or p.date <= self.end)
        )


class PracticeContract(NamedTuple):
    """A contract with its module implantologie."""

    start: dt.date
    end: dt.date | None
    module: str


class Praktijk(NamedTuple):
    """A practice (the party that is paid) at an insurer, its labels included; lists in the order of their days.

    `machtigingsplichtig` are the patterns of what needs a machtiging, None where the store doesn't say so of the insurer.
    """

    agb: str
    uzovi: str
    name: str
    prestaties: tuple[PracticePrestatie, ...] = ()
    requests: tuple[Request, ...] = ()
    contracten: tuple[PracticeContract, ...] = ()
    machtigingsplichtig: tuple[str, ...] | None = None

    def module(self, day: dt.date) -> str | None:
        """The module implantologie of the contract in force on a day; None without a contract."""
        valid = [c for c in self.contracten if c.start <= day and (c.end is None or day <= c.end)]
        return max(valid, key=lambda c: c.start).module if valid else None

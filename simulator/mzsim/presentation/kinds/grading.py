"""What `suite grade` and `suite verify` print."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import Amount, Day, closed

CertificateVerdict = Literal["passed", "failed", "open"]


@closed
class Part(TypedDict):
    """How many there are, and how many were right."""

    all: int
    right: int


@closed
class Totals(TypedDict):
    """What a grading counts."""

    cases: Part
    bookings: Part
    good_retours: Part
    faulty_retours: Part


@closed
class Booking(TypedDict):
    """How a prestatierecord is to be booked, or was."""

    outcome: str
    granted: Amount
    left: Amount
    retourcodes: list[str]


@closed
class GradedBooking(TypedDict):
    """A booking as expected and as reported; null where nothing was."""

    referentienummer: str
    expected: Booking
    booked: Booking | None
    right: bool


@closed
class GradeFinding(TypedDict):
    """What is wrong in a result."""

    finding: str
    case: str
    retour: str
    referentienummer: str | None
    differs: list[str]
    diagnosis: str
    text: str


@closed
class GradedRetour(TypedDict):
    """A retourbericht of a pack, and what the software made of it."""

    retour: str
    fault: str | None
    passed: bool
    findings: list[GradeFinding]
    bookings: list[GradedBooking]


@closed
class GradedCase(TypedDict):
    """A case of a pack, graded."""

    id: str
    title: str
    source: str | None
    passed: bool
    retours: list[GradedRetour]


@closed
class Place(TypedDict):
    """Where something was first found."""

    case: str
    retour: str
    referentienummer: str | None


@closed
class Repair(TypedDict):
    """What to repair in the software, and how often it shows."""

    diagnosis: str
    what: str
    repair: str
    source: str
    times: int
    first: Place


@closed
class MetCode(TypedDict):
    """A retourcode that the software met."""

    retourcode: str
    meaning: str
    met: int
    right: int
    not_reported: int


@closed
class MetOutcome(TypedDict):
    """An outcome that the software met."""

    outcome: str
    met: int
    right: int


@closed
class MetFault(TypedDict):
    """A kind of faulty retour that the software met."""

    fault: str
    says: str
    met: int
    refused: int


@closed
class NeverMet(TypedDict):
    """A retourcode that the pack doesn't hold."""

    retourcode: str
    meaning: str


@closed
class MetRequirement(TypedDict):
    """A requirement of INV that retourberichten of the pack are about."""

    requirement: str
    source: str
    met: int
    right: int


@closed
class GradeCoverage(TypedDict):
    """What a grading covers."""

    retourcodes: list[MetCode]
    outcomes: list[MetOutcome]
    faults: list[MetFault]
    never_met: list[NeverMet]
    requirements: list[MetRequirement]


@closed
class CertificateRequirement(TypedDict):
    """What a profile asks; `short` are the kinds of which fewer than `at_least_of_each` were right."""

    requirement: str
    title: str
    source: str | None
    must: bool
    verdict: CertificateVerdict
    at_least: int
    at_least_of_each: int | None
    met: int
    right: int
    short: list[str]
    wrong: list[Place]


@closed
class CertificateRole(TypedDict):
    """What the software is used for, and what a profile asks of that."""

    role: str
    title: str
    verdict: CertificateVerdict
    requirements: list[CertificateRequirement]


@closed
class Waarneming(TypedDict):
    """A step that no file shows; null where nobody has seen it yet."""

    step: str
    title: str
    must: bool
    verdict: CertificateVerdict
    name: str | None
    date: Day | None
    remark: str | None


@closed
class GradedBy(TypedDict):
    """The program that graded, and the hash of its rules."""

    version: str
    rules: str


@closed
class CertificateHashes(TypedDict):
    """SHA-256: of pack.json, of the key, of the result, of the profile, of the file of waarnemingen."""

    pack: str
    key: str | None
    result: str
    profile: str
    waarnemingen: str | None


@closed
class Certificate(TypedDict):
    """The verdict by a profile, and what it is about."""

    profile: str
    title: str
    language: Literal["nl", "en"]
    verdict: CertificateVerdict
    practice: bool
    vendor: str | None
    contact: str | None
    software: str | None
    date: Day
    program: GradedBy
    sha256: CertificateHashes
    roles: list[CertificateRole]
    waarnemingen: list[Waarneming]


@closed
class SuiteGrade(TypedDict):
    """How the software of a vendor booked what came back."""

    software: str | None
    passed: bool
    totals: Totals
    cases: list[GradedCase]
    not_in_pack: list[GradeFinding]
    repair: list[Repair]
    coverage: GradeCoverage
    certificate: Certificate | None


@closed
class Compared(TypedDict):
    """One thing of a report that was filed; `verdict` is what grading again gave."""

    about: Literal["pack", "key", "result", "profile", "waarnemingen", "program", "rules", "verdict"]
    right: bool
    text: str


@closed
class SuiteVerify(TypedDict):
    """Whether a report that was filed holds."""

    right: bool
    compared: list[Compared]

"""What to repair: patterns in what a vendor's software books wrongly, as a table of predicate, sentence and source.

The first that holds names the cause; one that explains more stands before one that explains less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mzsim.certification.grading import BookingKind, Defect
from mzsim.retour.bookings import BookingOutcome
from mzsim.standard.retourcodes import NOT_JUDGED


class Diagnose(NamedTuple):
    """A cause: what the software does, what it should do, and where that is written."""

    id: str
    holds: Callable[[Defect], bool]
    sentence: str
    remedy: str
    source: str


class BookingRepair(NamedTuple):
    """A cause that was found, with all that it explains; `sentence` says of which faulty retour where it is about one."""

    diagnose: Diagnose
    sentence: str
    defects: tuple[Defect, ...]


def _kind(*kinds: BookingKind) -> Callable[[Defect], bool]:
    return lambda g: g.kind in kinds


def _approved_forgotten(g: Defect) -> bool:
    v = g.expected
    if v is None or v.come_back or v.outcome is not BookingOutcome.GRANTED:
        return False
    return g.booked is None or (g.booked.granted == 0 and not {"outcome", "granted"}.isdisjoint(g.fields))


def _not_judged_ignored(g: Defect) -> bool:
    if g.expected is None or NOT_JUDGED not in g.expected.codes:
        return False
    return g.booked is None or g.booked.outcome is BookingOutcome.GRANTED or g.booked.granted != 0


def _something_granted(g: Defect) -> bool:
    return g.booked is not None and (g.booked.granted != 0 or g.booked.outcome is BookingOutcome.GRANTED)


def _file_rejected(g: Defect) -> bool:
    return g.bookkeeping is not None and g.bookkeeping.file_rejected and _something_granted(g)


def _vecozo_rejected(g: Defect) -> bool:
    v, of_vecozo = g.expected, g.bookkeeping is not None and g.bookkeeping.of_vecozo
    return of_vecozo and v is not None and not v.codes and _something_granted(g)


def _booked_amount(amount: Callable[[Defect], int | None]) -> Callable[[Defect], bool]:
    """Whether another amount was booked as granted; of amounts that tell something, so not of 0."""

    def holds(g: Defect) -> bool:
        return "granted" in g.fields and g.booked is not None and g.booked.granted == amount(g) != 0

    return holds


def _declared(g: Defect) -> int | None:
    assert g.expected is not None
    return None if g.calculated else g.expected.declared


def _berekend(g: Defect) -> int | None:
    assert g.expected is not None
    return g.expected.berekend


def _granted_times(factor: int) -> Callable[[Defect], int]:
    def amount(g: Defect) -> int:
        assert g.expected is not None
        return factor * g.expected.granted

    return amount


def _sign_turned(g: Defect) -> bool:
    """Whether the amount has the other sign; of a credit of which nothing is granted that shows in what is left."""
    if g.fields == ("left",) and g.expected is not None and g.booked is not None:
        return g.booked.rest == -g.expected.rest
    return _booked_amount(_granted_times(-1))(g)


def _part_missed(g: Defect) -> bool:
    return (
        g.expected is not None
        and g.booked is not None
        and g.expected.outcome is BookingOutcome.PARTLY
        and g.booked.granted == 0
    )


def _swapped(expected: BookingOutcome, booked: BookingOutcome) -> Callable[[Defect], bool]:
    return lambda g: bool(g.expected and g.booked and g.expected.outcome is expected and g.booked.outcome is booked)


def _only(field: str) -> Callable[[Defect], bool]:
    return lambda g: g.fields == (field,)


def _first_code(g: Defect) -> bool:
    if g.expected is None or g.booked is None or g.fields != ("retourcodes",):
        return False
    return len(g.expected.codes) > 1 and g.booked.codes == g.expected.codes[:1]


DIAGNOSES = (
    Diagnose("faulty-accepted", _kind(BookingKind.ACCEPT, BookingKind.BOOKED_ANYWAY),
             "accepts a faulty retour: {verstoring}",
             "Check a retour against its declaration first, as mzsim check-retour does; of a faulty one nothing is booked.",
             "INV 3.2 example 3b, 3.3 examples 4 and 5"),
    Diagnose("good-refused", _kind(BookingKind.REFUSED),
             "refuses a retour that is in order",
             "mzsim check-retour says of a retour whether anything is wrong with it.",
             "INV 3.2, 3.3"),
    Diagnose("retour-missing", _kind(BookingKind.RETOUR_MISSING),
             "does not report on a retour of the pack",
             "Process every retour that pack.json lists, and report on each.", "the pack"),
    Diagnose("retour-unknown", _kind(BookingKind.RETOUR_UNKNOWN),
             "reports on a retour that is not in the pack",
             "Give case and retour as pack.json names them (id and name).", "the pack"),
    Diagnose("retour-twice", _kind(BookingKind.RETOUR_DOUBLE),
             "reports on the same retour twice; the first report was graded",
             "Report once on each retour; book a retour that comes a second time no second time.", "the pack"),
    Diagnose("approved-not-booked", _approved_forgotten,
             "approved records that don't come back are not booked",
             "Book every record of the declaration: what does not come back is granted in full, and 8001 grants all of it.",
             "INV 3.2 example 1, 3.3 example 4"),
    Diagnose("8002-ignored", _not_judged_ignored,
             "8002 is ignored",
             "A record with 8002 was not judged, because of the record above it: nothing of it is granted.",
             "INV 3.3 example 4a"),
    Diagnose("rejected-file-granted", _file_rejected,
             "books an amount of a file that was rejected as a whole (0001)",
             "Of a rejected file no record is judged and nothing is granted; repair it and declare it again.",
             "INV 3.2 examples 2a, 2b and 3a"),
    Diagnose("vecozo-granted", _vecozo_rejected,
             "books an amount of a declaration that VECOZO rejected on its records",
             "With VECOZO's retour (0181 begins with VECOZO) nothing has reached the insurer: 0200 on a record is no approval.",
             "INV 3.3 examples 4b and 6"),
    Diagnose("declared-booked", _booked_amount(_declared),
             "books the declared amount where less is granted",
             "Book rubriek 0483 (bedrag toegekend) of a record that comes back, not 0430 or 0481.",
             "INV 2.3.16, BER 0483"),
    Diagnose("calculated-booked", _booked_amount(_berekend),
             "books the calculated amount of the insurer (0481) as granted",
             "Book rubriek 0483 (bedrag toegekend); 0481 is what the insurer reckons with.",
             "BER 0481, 0483"),
    Diagnose("sign", _sign_turned,
             "books an amount with the wrong sign",
             "Rubriek 0484 (and 0431 in the declaration) says C for a credit: its amounts are negative.",
             "BER 0431, 0484"),
    Diagnose("cents", _booked_amount(_granted_times(100)),
             "reads an amount as euro where it is in cents",
             "Amounts in a message have two decimals that are not written as such.",
             "BER 0483"),
    Diagnose("part-not-booked", _part_missed,
             "books nothing where a part is granted",
             "A record that comes back with a code may be granted in part: rubriek 0483 says how much.",
             "INV 2.3.16, BER 0483"),
    Diagnose("rejected-as-unjudged", _swapped(BookingOutcome.REJECTED, BookingOutcome.NOT_JUDGED),
             "books as not judged what was rejected",
             "A record with an objection of its own is rejected; only 8002, a rejected file and VECOZO's 0200 leave it unjudged.",
             "INV 3.3 examples 4a and 4b"),
    Diagnose("unjudged-as-rejected", _swapped(BookingOutcome.NOT_JUDGED, BookingOutcome.REJECTED),
             "books as rejected what was not judged",
             "Nothing is wrong with the record itself: it can be declared again when the cause above it is repaired.",
             "INV 3.3 example 4a"),
    Diagnose("left", _only("left"),
             "reckons what is left otherwise than declared less granted",
             "What is left is the declared amount less what is granted; of a rejected record all of it, of a credit negative.",
             "INV 4.6.2"),
    Diagnose("first-code-only", _first_code,
             "reads the first retourcode of a record only",
             "A record has place for three retourcodes (0496-0498); show them all.",
             "BER 0496-0498"),
    Diagnose("codes", _only("retourcodes"),
             "shows other retourcodes on a record than it has",
             "Show the codes of rubrieken 0496-0498 of the record itself.",
             "BER 0496-0498"),
    Diagnose("retour-codes", _kind(BookingKind.RETOURCODES),
             "shows other retourcodes of the retour than it has",
             "Show the codes of the other records too (0196, 0296, 0396, 9896): they give the cause of 8002 and 0001.",
             "INV 3.2 example 2b, 3.3 example 4a"),
    Diagnose("not-resent", _kind(BookingKind.NOT_RESENT),
             "does not send a declaration again that was rejected as a whole",
             "Of what VECOZO rejects, and of a file that an insurer rejects (0001, 8097), nothing was taken in: send all of "
             "it again when it is repaired.",
             "INV 3.2 examples 2a, 2b and 3a, 3.3 examples 4b and 6"),
    Diagnose("resent", _kind(BookingKind.RESENT),
             "sends a declaration again that the insurer has",
             "What was granted stays granted: declare anew only what was not, in a declaration of its own. After a faulty "
             "retour wait for a good one.",
             "INV 3.2 examples 1 and 3b, 3.3 example 4a"),
    Diagnose("resend-silent", _kind(BookingKind.RESEND_SILENT),
             "does not say whether a declaration has to be sent again",
             "Fill in resend for every retour of a blind pack that is not refused.", "the pack"),
    Diagnose("not-booked", _kind(BookingKind.MISSING),
             "does not book a record that came back",
             "Every prestatierecord of the declaration has a booking, rejected ones too.", "INV 3.3"),
    Diagnose("booked-twice", _kind(BookingKind.DOUBLE),
             "books a record twice",
             "Every prestatierecord of the declaration has one booking.", "INV 2.3.17"),
    Diagnose("unknown-booked", _kind(BookingKind.UNKNOWN),
             "books a record that is not in the declaration",
             "Report the referentienummer as it stands in rubriek 0432, with its leading zeros.", "BER 0432"),
    Diagnose("otherwise", _kind(BookingKind.OTHERWISE),
             "books a record otherwise than the retour says",
             "mzsim explain puts the retour in words.", "INV 3.3"),
)  # fmt: skip
"""Together they hold for every Gebrek."""


def diagnose(defect: Defect) -> Diagnose:
    """What a defect points at."""
    return next(d for d in DIAGNOSES if d.holds(defect))


def repairs(defects: Iterable[Defect]) -> list[BookingRepair]:
    """What to repair, what explains most first."""
    per: dict[tuple[str, str], list[Defect]] = {}
    of = {d.id: d for d in DIAGNOSES}
    for defect in defects:
        d = diagnose(defect)
        per.setdefault((d.id, d.sentence.format(verstoring=defect.fault)), []).append(defect)
    found = [BookingRepair(of[id], sentence, tuple(every)) for (id, sentence), every in per.items()]
    return sorted(found, key=lambda r: -len(r.defects))

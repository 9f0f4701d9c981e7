"""Grading: what a vendor's software booked of a pack against what the declarations and their retours say.

Amounts in cents. Everything that is wrong is a `Defect`; what it points at is for `diagnoses` to say.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from mzsim.certification.pack import Pack, PackCase, PackStep, Retour
from mzsim.certification.result import ReportBack, RetourNotice
from mzsim.certification.result import ReportedBooking as Melding
from mzsim.retour.bookings import BookedPrestatie, BookingOutcome, Bookkeeping, book
from mzsim.standard.retourcodes import NO_REMARK, NOT_JUDGED
from mzsim.standard.values import as_euro


class BookingKind(StrEnum):
    """What is wrong; the value is how a report calls it."""

    RETOUR_MISSING = "retour not reported"
    RETOUR_UNKNOWN = "no retour of the pack"
    RETOUR_DOUBLE = "retour reported twice"
    ACCEPT = "faulty retour accepted"
    REFUSED = "good retour refused"
    BOOKED_ANYWAY = "refused, and booked all the same"
    RETOURCODES = "retourcodes of the retour"
    NOT_RESENT = "to be sent again, and reported as not"
    RESENT = "not to be sent again, and reported so"
    RESEND_SILENT = "not said whether it is to be sent again"
    MISSING = "not booked"
    UNKNOWN = "booked, but not in the declaration"
    DOUBLE = "booked twice"
    OTHERWISE = "booked otherwise"


class GradedBooking(NamedTuple):
    """A booking of the software; amounts in cents, `codes` without 0200."""

    referentienummer: str
    outcome: BookingOutcome
    granted: int
    rest: int
    codes: tuple[str, ...]


class Defect(NamedTuple):
    """Something wrong in what the software reports; `fields` names what differs of a booking."""

    kind: BookingKind
    case: str
    retour: str
    fault: str | None = None
    """What is faulty about the retour, in words."""
    expected: BookedPrestatie | None = None
    booked: GradedBooking | None = None
    bookkeeping: Bookkeeping | None = None
    fields: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    """The retourcodes of the retour that the software reports."""
    calculated: bool = False
    """Whether the software books rubriek 0481 for 0483 throughout: on one record 0481 is often what was declared."""

    @property
    def referentienummer(self) -> str | None:
        """The prestatierecord that it is about, if any."""
        booking = self.expected or self.booked
        return booking.referentienummer if booking else None


class RetourVerdict(NamedTuple):
    """What the software made of one retour; `bookings` are those that were asked, each with whether it was right."""

    retour: Retour
    bookkeeping: Bookkeeping | None
    bookings: tuple[tuple[BookedPrestatie, GradedBooking | None, bool], ...]
    codes_reported: bool
    defects: tuple[Defect, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.defects


class CaseVerdict(NamedTuple):
    """The verdict on a case."""

    case: PackCase
    retours: tuple[RetourVerdict, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return all(retour.good for retour in self.retours)


class Grading(NamedTuple):
    """The verdict on a run; `foreign` is what was reported and is not in the pack."""

    software: str | None
    cases: tuple[CaseVerdict, ...]
    foreign: tuple[Defect, ...]

    @property
    def retours(self) -> Iterator[RetourVerdict]:
        """Of all cases."""
        return (retour for case in self.cases for retour in case.retours)

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Of all cases, in the order of the pack."""
        return (*(defect for retour in self.retours for defect in retour.defects), *self.foreign)

    @property
    def good(self) -> bool:
        """Whether the software did everything right."""
        return not self.defects


def judge(pakket: Pack, report_back: ReportBack) -> Grading:
    """Grades a result. Raises InputError where the pack isn't as it was exported."""
    reported: dict[tuple[str, str], list[RetourNotice]] = defaultdict(list)
    for melding in report_back.retours:
        reported[melding.case, melding.retour].append(melding)
    cases = tuple(
        CaseVerdict(
            case,
            tuple(
                _retour(pakket, case, step, retour, reported.pop((case.id, retour.name), []))
                for step in case.steps
                for retour in step.retours
            ),
        )
        for case in pakket.cases
    )
    if _books_calculated(cases):
        cases = tuple(_with_calculated(case) for case in cases)
    foreign = tuple(Defect(BookingKind.RETOUR_UNKNOWN, case, retour) for case, retour in reported)
    return Grading(report_back.software, cases, foreign)


def _books_calculated(cases: tuple[CaseVerdict, ...]) -> bool:
    """Whether every amount that is wrong is rubriek 0481 of its record, and not what was declared wherever these differ."""
    every = (pair for case in cases for retour in case.retours for pair in retour.bookings)
    back = [(expected, booked.granted) for expected, booked, _ in every if expected.come_back and booked is not None]
    wrong = [(expected, granted) for expected, granted in back if granted != expected.granted]
    return (
        bool(wrong)
        and all(granted == expected.berekend for expected, granted in wrong)
        and any(granted == expected.berekend != expected.declared for expected, granted in back)
    )


def _with_calculated(case: CaseVerdict) -> CaseVerdict:
    def marked(retour: RetourVerdict) -> RetourVerdict:
        return retour._replace(defects=tuple(defect._replace(calculated=True) for defect in retour.defects))

    return case._replace(retours=tuple(map(marked, case.retours)))


def _retour(
    pakket: Pack, case: PackCase, step: PackStep, retour: Retour, meldingen: list[RetourNotice]
) -> RetourVerdict:
    heen, back = pakket.content(step.declaration), pakket.content(retour)
    basis = Defect(BookingKind.OTHERWISE, case.id, retour.name, retour.says)
    double = [basis._replace(kind=BookingKind.RETOUR_DOUBLE)] * (len(meldingen) > 1)
    melding = meldingen[0] if meldingen else None
    if retour.fault is not None:
        defects = [basis._replace(kind=kind) for kind in _objections_to_faulty_retour(melding)]
        return RetourVerdict(retour, None, (), codes_reported=False, defects=(*defects, *double))
    bookkeeping = book(io.BytesIO(heen), io.BytesIO(back))
    basis = basis._replace(bookkeeping=bookkeeping)
    if melding is None or melding.refused:
        kind = BookingKind.RETOUR_MISSING if melding is None else BookingKind.REFUSED
        nothing = tuple((expected, None, False) for expected in bookkeeping.bookings)
        return RetourVerdict(retour, bookkeeping, nothing, False, (basis._replace(kind=kind), *double))
    compared, over = _lay_beside(bookkeeping.bookings, melding.bookings)
    defects = [g for pair in compared if (g := _compare(basis, *pair)) is not None]
    return RetourVerdict(
        retour,
        bookkeeping,
        tuple((expected, booked, _compare(basis, expected, booked) is None) for expected, booked in compared),
        codes_reported=melding.retourcodes is not None,
        defects=(
            *_codes_of_retour(basis, melding),
            *_resend(basis, melding, asked=pakket.blind),
            *defects,
            *_other(basis, bookkeeping, over),
            *double,
        ),
    )


def _objections_to_faulty_retour(melding: RetourNotice | None) -> Iterator[BookingKind]:
    if melding is None:
        yield BookingKind.RETOUR_MISSING
    elif not melding.refused:
        yield BookingKind.ACCEPT
    elif melding.bookings:
        yield BookingKind.BOOKED_ANYWAY
    elif melding.resend:  # the declaration is with the insurer: a good retour will follow
        yield BookingKind.RESENT


def _key(referentienummer: str) -> str:
    """As referentienummers are compared: as they stand, but for trailing spaces (INV 2.3.17)."""
    return referentienummer.rstrip(" ")


def _lay_beside(
    expected: tuple[BookedPrestatie, ...], reported: list[Melding]
) -> tuple[list[tuple[BookedPrestatie, GradedBooking | None]], list[GradedBooking]]:
    """Each record with its booking, and the bookings that are left over.

    Of records with the same number each gets the booking that is right for it, where there is one; then in their order.
    """
    over: dict[str, list[GradedBooking]] = defaultdict(list)
    for melding in reported:
        over[_key(melding.referentienummer)].append(_booked(melding))
    beside: dict[int, GradedBooking] = {}
    for only_right in (True, False):
        for location, booking in enumerate(expected):
            own = over[_key(booking.referentienummer)]
            fitting = (g for g in own if not (only_right and _otherwise(booking, g)))
            if location not in beside and (found := next(fitting, None)) is not None:
                beside[location] = found
                own.remove(found)
    return [(booking, beside.get(location)) for location, booking in enumerate(expected)], [
        g for gs in over.values() for g in gs
    ]


def _otherwise(expected: BookedPrestatie, booked: GradedBooking) -> tuple[str, ...]:
    """What differs, by the names that a result gives it."""
    otherwise = {
        "outcome": booked.outcome is not expected.outcome,
        "granted": booked.granted != expected.granted,
        # Where nobody can say what was declared, nobody can say what is left of it.
        "left": expected.readable and booked.rest != expected.rest,
        "retourcodes": set(booked.codes) != set(expected.codes),
    }
    return tuple(field for field, differs in otherwise.items() if differs)


def _booked(melding: Melding) -> GradedBooking:
    return GradedBooking(
        melding.referentienummer,
        BookingOutcome(melding.outcome),
        _cents(melding.granted),
        _cents(melding.left),
        tuple(code for code in melding.retourcodes if code != NO_REMARK),
    )


def _cents(euro: str) -> int:
    return int(euro.replace(".", ""))


def _compare(basis: Defect, expected: BookedPrestatie, booked: GradedBooking | None) -> Defect | None:
    if booked is None:
        return basis._replace(kind=BookingKind.MISSING, expected=expected)
    fields = _otherwise(expected, booked)
    return basis._replace(expected=expected, booked=booked, fields=fields) if fields else None


def _codes_of_retour(basis: Defect, melding: RetourNotice) -> Iterator[Defect]:
    assert basis.bookkeeping is not None
    if melding.retourcodes is None:
        return
    reported = set(melding.retourcodes) - {NO_REMARK, NOT_JUDGED}
    if reported != set(basis.bookkeeping.codes):
        yield basis._replace(kind=BookingKind.RETOURCODES, reported=tuple(melding.retourcodes))


def _resend(basis: Defect, melding: RetourNotice, *, asked: bool) -> Iterator[Defect]:
    """Whether the declaration is sent again where it has to be; who need not say so may be silent."""
    assert basis.bookkeeping is not None
    expected = basis.bookkeeping.to_be_sent_again
    if melding.resend is None:
        if asked:
            yield basis._replace(kind=BookingKind.RESEND_SILENT)
    elif melding.resend != expected:
        yield basis._replace(kind=BookingKind.NOT_RESENT if expected else BookingKind.RESENT)


def _other(basis: Defect, bookkeeping: Bookkeeping, over: list[GradedBooking]) -> Iterator[Defect]:
    known = {_key(booking.referentienummer) for booking in bookkeeping.bookings}
    for booked in over:
        kind = BookingKind.DOUBLE if _key(booked.referentienummer) in known else BookingKind.UNKNOWN
        yield basis._replace(kind=kind, booked=booked)


def as_words(booking: BookedPrestatie | GradedBooking) -> str:
    """A booking on one line."""
    codes = f" {' '.join(booking.codes)}" if booking.codes else ""
    return f"{booking.outcome} {as_euro(booking.granted)}, left {as_euro(booking.rest)}{codes}"

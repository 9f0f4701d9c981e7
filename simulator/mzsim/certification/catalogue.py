"""The texts of the page of a grading, in Dutch or English: a catalogue each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from mzsim.certification.diagnoses import DIAGNOSES, Diagnose
from mzsim.certification.faulty_retours import KINDS
from mzsim.certification.grading import BookingKind, Defect, GradedBooking
from mzsim.certification.profile import Language
from mzsim.common.yaml_lines import YamlText, read_yaml
from mzsim.retour.bookings import BookedPrestatie
from mzsim.standard.values import as_euro


class Cause(NamedTuple):
    """What software does wrong, and what it should do."""

    sentence: str
    remedy: str


class Catalogue(NamedTuple):
    """All texts in one language; `page` those of the page itself, `faults` by the sentence that a pack has for a kind."""

    language: Language
    page: Mapping[str, str]
    verdicts: Mapping[str, str]
    """Of a certificate and what it asks."""
    judged: Mapping[str, str]
    """Of a case and its retours."""
    source_words: Mapping[str, str]
    findings: Mapping[str, str]
    faults: Mapping[str, str]
    diagnoses: Mapping[str, Cause]

    def fault(self, says: str | None) -> str:
        """What is faulty about a retour; a sentence that the program doesn't know stays as it is."""
        return self.faults.get(says or "", says or "")

    def cause(self, diagnose: Diagnose, defect: Defect) -> Cause:
        """What a defect points at."""
        cause = self.diagnoses[diagnose.id]
        return cause._replace(sentence=cause.sentence.replace("{verstoring}", self.fault(defect.fault)))

    def source(self, source: str | None) -> str:
        """A source as it is named in this language; its numbers stay."""
        if not source or not self.source_words:
            return source or ""
        words = "|".join(map(re.escape, self.source_words))
        return re.sub(rf"\b({words})\b", lambda found: self.source_words[found[0]], source)

    def booking(self, booking: BookedPrestatie | GradedBooking | None) -> str:
        """A booking on one line; None is nothing."""
        if booking is None:
            return self.page["nothing"]
        left = f"{booking.outcome} {as_euro(booking.granted)}, {self.page['left']} {as_euro(booking.rest)}"
        return " ".join((left, *booking.codes))

    def finding(self, defect: Defect) -> str:
        """What is wrong with a retour as a whole, or with a booking that was not asked for."""
        what = self.findings[defect.kind]
        if defect.booked is not None:
            return f"{what}: {defect.booked.referentienummer}: {self.booking(defect.booked)}"
        if defect.fault is not None:
            return f"{what}: {self.fault(defect.fault)}"
        if defect.reported and defect.bookkeeping is not None:
            expected = " ".join(defect.bookkeeping.codes) or self.page["none"]
            return f"{what}: {self.page['expected']} {expected}; {self.page['booked']} {' '.join(defect.reported)}"
        return what


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language."""
    text = (files(__package__) / "catalogues" / f"{language}.yaml").read_text("utf-8")
    own: dict[str, Any] = read_yaml(YamlText(text, f"{language}.yaml")).root
    told = _IN_ENGLISH | own
    return Catalogue(
        language=language,
        page=told["page"],
        verdicts=told["verdicts"],
        judged=told["judged"],
        source_words=told["source_words"],
        findings=told["findings"],
        faults={kind.sentence: told["faults"][kind.kind] for kind in KINDS},
        diagnoses={id: Cause(**cause) for id, cause in told["diagnoses"].items()},
    )


_IN_ENGLISH: dict[str, Any] = {
    "findings": {str(kind): str(kind) for kind in BookingKind},
    "faults": {kind.kind: kind.sentence for kind in KINDS},
    "diagnoses": {one.id: {"sentence": one.sentence, "remedy": one.remedy} for one in DIAGNOSES},
}
"""What the program says in English wherever it speaks of a grading; the catalogue of another language has it too."""

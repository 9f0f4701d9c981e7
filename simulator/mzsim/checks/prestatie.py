"""The prestatierecord: whose it is, when, and its references (rubrieken 0403-0405, 0408, 0432, 0433).

A check receives the record and the `Surroundings` in which it stands. The other rubrieken are in `prestatie_form` and
`prestatie_amounts`.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import read_date

# First datum prestatie of the standard (INV 4.2).
ZVW_START, WLZ_START = b"20080201", b"20170701"


@check(
    "0403-1", 5, "prestatie", "0435", "VZ",
    source="INV 3.3 example 6",
    remedy="Repeat in 0403 the BSN of the verzekerdenrecord above it.",
    reads=("0203",),
    per="sleutel",
)  # fmt: skip
def bsn(p: Prestatierecord, o: Surroundings) -> bool:
    """BSN is not that of the verzekerdenrecord above it."""
    return p.bsn != o.verzekerde.bsn


@check(
    "0404-1", 5, "prestatie", "0423", "VZ",
    source="INV 3.3 example 6",
    remedy="Repeat in 0404 the UZOVI-nummer of the verzekerdenrecord above it.",
    reads=("0204",),
    per="sleutel",
)  # fmt: skip
def uzovi(p: Prestatierecord, o: Surroundings) -> bool:
    """UZOVI-nummer is not that of the verzekerdenrecord above it."""
    return p.uzovi != o.verzekerde.uzovi


@check(
    "0405-1", 5, "prestatie", "0300", "VZ",
    source="BER 0405",
    remedy="Repeat in 0405 the verzekerdennummer of the verzekerdenrecord above it.",
    reads=("0205",),
    per="sleutel",
)  # fmt: skip
def verzekerdennummer(p: Prestatierecord, o: Surroundings) -> bool:
    """Verzekerdennummer is not that of the verzekerdenrecord above it."""
    return p.verzekerdennummer != o.verzekerde.verzekerdennummer


@check(
    "0408-1", 3, "prestatie", "8007", "VZ",
    source="INV 3.3 example 4b",
    remedy="Fill 0408 with an existing date, EEJJMMDD.",
    per="inhoud",
)  # fmt: skip
def date(p: Prestatierecord, o: Surroundings) -> bool:
    """Datum prestatie is not an existing date."""
    return read_date(p.datum) is None


@check(
    "0408-2", 5, "prestatie", "8007", "VZ",
    source="INV 4.2",
    remedy="Fill 0408 with the day of treatment: from 1-2-2008 (Wlz: 1-7-2017), not before the date of birth.",
    per="datum",
)  # fmt: skip
def date_too_early(p: Prestatierecord, o: Surroundings) -> bool:
    """Datum prestatie is before 2008-02-01 (Wlz: 2017-07-01), or before the date of birth."""
    start = WLZ_START if o.wlz else ZVW_START
    return p.datum < start or (o.geboortedatum is not None and p.datum < o.geboortedatum)


@check(
    "0408-3", 5, "prestatie", "8176", "VZ",
    source="Vektis, most frequent rejections",
    remedy="Declare only what was done on or before the dagtekening of the factuur (0117).",
    per="inhoud",
)  # fmt: skip
def date_after_dagtekening(p: Prestatierecord, o: Surroundings) -> bool:
    """Datum prestatie is after the dagtekening of the factuur."""
    return p.datum > o.dagtekening


@check(
    "0408-4", 6, "prestatie", "0320", "Z",
    source="COD954 0320",
    remedy="Check where the verzekerde was insured on that date; the polis was not in force.",
    reads=("0203", "0204", "0205"),
    per="datum",
)  # fmt: skip
def polis_not_in_force(p: Prestatierecord, o: Surroundings) -> bool:
    """The polis is not in force on the datum prestatie."""
    return bool(o.polissen) and not any(polis.in_force(p.datum) for polis in o.polissen)


@check(
    "0408-5", 6, "prestatie", "0328", "Z",
    source="COD954 0328",
    remedy="Check the datum prestatie; the verzekerde had died before it.",
    reads=("0203", "0204", "0205"),
    per="datum",
)  # fmt: skip
def overleden(p: Prestatierecord, o: Surroundings) -> bool:
    """The verzekerde had died before the datum prestatie."""
    return any(polis.overleden is not None and polis.overleden < p.datum for polis in o.polissen)


@check(
    "0432-1", 3, "prestatie", "8021", "VZ",
    source="INV 2.3.17",
    remedy="Give every prestatierecord a referentienummer (0432).",
    per="referentie",
)  # fmt: skip
def referentienummer_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer dit prestatierecord is empty."""
    return not o.reference.strip(b" ")


@check(
    "0432-2", 5, "prestatie", "8021", "VZ",
    source="INV 2.3.17",
    remedy="Give every prestatierecord a referentienummer (0432) of its own.",
    per="referentie",
)  # fmt: skip
def referentienummer_repeated(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer is the same, letters as they stand, as in an earlier prestatierecord of the file."""
    return o.reference_stood_at != o.line


@check(
    "0432-3", 6, "prestatie", "8021", "Z",
    source="INV 2.3.17",
    remedy="Give the prestatierecord a referentienummer (0432) that was not sent to this insurer in the past five years.",
    per="referentie",
)  # fmt: skip
def referentienummer_used(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer, letters as they stand, was sent to this insurer before by the party that is paid, within five years."""
    return o.reference in o.used_references


@check(
    "0433-7", 5, "prestatie", "0651", "VZ",
    source="BER 0433",
    remedy="Fill 0433 with the referentienummer (0432) of an earlier prestatierecord, or with spaces for none.",
    reads=("0432",),
    per="referentie",
)  # fmt: skip
def previous_is_itself(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer voorgaande gerelateerde prestatierecord is the record's own referentienummer (0432)."""
    return o.previous_reference == o.reference


@check(
    "0433-8", 5, "prestatie", "0651", "VZ",
    source="BER 0433",
    remedy="Let one debet record at most follow an earlier prestatierecord: name each 0432 once in 0433.",
    reads=("0431",),
    per="referentie",
)  # fmt: skip
def previous_repeated(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer voorgaande gerelateerde prestatierecord of a debet record is the same, letters as they stand, as in an
    earlier debet record of the file."""
    return o.previous_stood_at != o.line

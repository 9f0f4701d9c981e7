"""The reports for people (tables) and for programs (one JSON object a line); a BSN is masked unless asked otherwise."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

from mzsim.presentation.output import mask
from mzsim.presentation.parts import Part, Table
from mzsim.reports import behandelindex as index
from mzsim.reports import implantologiescore as score
from mzsim.reports.periods import one_year_before

_YES_NO = {True: "yes", False: "no", None: "not judged"}
_VERDICT = {True: "sufficient", False: "insufficient", None: "not judged"}
_PERIOD = "{} to {} inclusive"
_MOST_LINES = 200
_KINDS = {"zorgverzekeraar": "zorgverzekeraar", "zorgkantoor": "zorgkantoor (Wlz)", "dji": "DJI"}


def implantologiescore_parts(report: score.ScoreReport, *, unmask: bool) -> Iterator[Part]:
    """The score of a practice at one insurer, for people."""
    praktijk, measurement = report.praktijk, report.measurements[0]
    yield f"implantologiescore of {praktijk.agb} at {praktijk.uzovi} ({praktijk.name}), module {_module(measurement)}"
    yield f"measured over {_period(measurement.of, measurement.until)}"
    header = ("condition", "threshold", "count", "of", "%", "met", "source")
    yield Table(
        header,
        (
            (s.require.what, _threshold(s.require), *_numbers(s), _YES_NO[s.satisfies], score.SOURCE)
            for s in measurement.scores
        ),
    )
    yield "\n".join(_wholes(measurement))
    yield Table(
        ("measured on", "module", *(s.require.id for s in measurement.scores), "score"),
        (
            (str(m.until), _module(m), *(_short(s) for s in m.scores), _VERDICT[m.satisfies])
            for m in report.measurements
        ),
    )
    if measurement.disadvantages:
        yield "What counts against the practice:"
        rows = (
            (n.require.id, n.person if unmask else mask(n.person), n.what, str(n.date), n.why)
            for n in measurement.disadvantages[:_MOST_LINES]
        )
        yield Table(("condition", "BSN", "what", "date", "why"), rows)
        if (rest := len(measurement.disadvantages) - _MOST_LINES) > 0:
            yield f"and {rest} more; --json prints them all"
    yield score.CONCLUSIONS[report.conclusion]


def _period(of: dt.date, until: dt.date) -> str:
    return _PERIOD.format(of, _last(until))


def _last(until: dt.date) -> dt.date:
    return until if until == dt.date.min else until - dt.timedelta(days=1)


def _module(measurement: score.Measurement) -> str:
    return measurement.module or "none"


def _wholes(measurement: score.Measurement) -> Iterator[str]:
    """What the percentages are of, a line for those that are of the same."""
    for of, scores in groupby(measurement.scores, key=lambda s: s.require.of):
        if of is not None:
            yield f"{', '.join(s.require.id for s in scores)}: of {of}"


def _threshold(require: score.ScoreDemand) -> str:
    sign = "≥" if require.at_least else "≤"
    return f"{sign} {require.threshold}{' %' if require.unit == score.PERCENT else ''}"


def _numbers(s: score.Score) -> tuple[str, str, str]:
    return str(s.numerator), "" if s.denominator is None else str(s.denominator), _percent(s) or ""


def _short(s: score.Score) -> str:
    if s.denominator is None:
        return str(s.numerator)
    return f"{percent} %" if (percent := _percent(s)) else "-"


def _percent(s: score.Score) -> str | None:
    return completed(Fraction(100 * s.numerator, s.denominator), 1) if s.denominator else None


def completed(figure: Fraction, decimals: int) -> str:
    """A number of at least 0 with so many decimals, half up."""
    parts: int = 10**decimals
    whole, rest = divmod(math.floor(figure * parts + Fraction(1, 2)), parts)
    return f"{whole}.{rest:0{decimals}d}"


def implantologiescore_dict(report: score.ScoreReport, *, unmask: bool) -> dict[str, Any]:
    """The same for JSON."""
    praktijk, measurement = report.praktijk, report.measurements[0]
    return {
        "rapport": "implantologiescore",
        "agb": praktijk.agb,
        "uzovi": praktijk.uzovi,
        "datum": str(measurement.until),
        **_measurement_as_dict(measurement),
        "kwartalen": [{"datum": str(m.until), **_measurement_as_dict(m)} for m in report.measurements],
        "nadelen": [
            {
                "criterium": n.require.id,
                "persoon": n.person if unmask else mask(n.person),
                "wat": n.what,
                "datum": str(n.date),
                "waarom": n.why,
            }
            for n in measurement.disadvantages
        ],
        "conclusie": report.conclusion,
        "tekst": score.CONCLUSIONS[report.conclusion],
    }


def _measurement_as_dict(measurement: score.Measurement) -> dict[str, Any]:
    return {
        "van": str(measurement.of),
        "tot_en_met": str(_last(measurement.until)),
        "module": measurement.module,
        "voldoet": measurement.satisfies,
        "criteria": [
            {
                "criterium": s.require.id,
                "soort": "minstens" if s.require.at_least else "hoogstens",
                "drempel": s.require.threshold,
                "eenheid": s.require.unit,
                "teller": s.numerator,
                "noemer": s.denominator,
                "noemer_telt": s.require.of,
                "percentage": _percent(s),
                "voldoet": s.satisfies,
                "bron": score.SOURCE,
            }
            for s in measurement.scores
        ],
    }


def behandelindex_parts(b: index.Behandelindex, date: dt.date) -> Iterator[Part]:
    """The behandelindex of a practice, for people."""
    of = one_year_before(date)
    yield f"behandelindex of {b.agb}, {_period(of, date)}, other practices: {b.other_practices}"
    header = ("age", "payer", "patients", "treatments", "per patient", "all practices", "expected", "weighed")
    rows = (
        (
            _age(g.kenmerken.since),
            _KINDS[g.kenmerken.kind],
            str(g.patients),
            str(g.treatments),
            completed(Fraction(g.treatments, g.patients), 2),
            completed(g.average, 2),
            completed(g.expected, 2),
            _YES_NO[g.counts],
        )
        for g in b.groups
    )
    yield Table(header, rows)
    yield _index_in_words(b)
    yield f"Source: {index.SOURCE}; of physiotherapists, here by analogy (our choice)."


def _age(since: int | None) -> str:
    if since is None:
        return "unknown"
    following = min((g.since for g in index.age_groups() if g.since > since), default=None)
    return f"{since} and older" if following is None else f"{since}-{following - 1}"


def _index_in_words(b: index.Behandelindex) -> str:
    if b.digit is None:
        return (
            "Not judged: the practice has no granted treatments in these 12 months that those of another practice can be"
            " compared with."
        )
    sentence = (
        f"behandelindex {completed(b.digit, 1)}: {b.treatments} granted treatments, {completed(b.expected, 1)} at the mean"
        f" of all practices ({index.AVERAGE})"
    )
    if b.above_limit:
        return f"{sentence}. Above {index.LIMIT}: flagged as less efficient than other practices."
    return f"{sentence}. Not above {index.LIMIT}."


def behandelindex_dict(b: index.Behandelindex, date: dt.date) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "rapport": "behandelindex",
        "agb": b.agb,
        "datum": str(date),
        "van": str(one_year_before(date)),
        "tot_en_met": str(_last(date)),
        "andere_praktijken": b.other_practices,
        "groepen": [
            {
                "leeftijd_vanaf": g.kenmerken.since,
                "soort": g.kenmerken.kind,
                "patienten": g.patients,
                "behandelingen": g.treatments,
                "alle_patienten": g.all_patients,
                "alle_behandelingen": g.all_treatments,
                "andere_praktijken": g.other_practices,
                "verwacht": completed(g.expected, 2),
                "telt": g.counts,
            }
            for g in b.groups
        ],
        "behandelingen": b.treatments,
        "verwacht": completed(b.expected, 2),
        "index": None if b.digit is None else completed(b.digit, 1),
        "grens": index.LIMIT,
        "boven_grens": b.above_limit,
        "tekst": _index_in_words(b),
        "bron": index.SOURCE,
    }

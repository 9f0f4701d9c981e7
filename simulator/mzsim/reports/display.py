"""The reports for people (tables) and for programs (one JSON object a line); a BSN is masked unless asked otherwise."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mzsim.presentation.output import masker
from mzsim.presentation.parts import Part, Table
from mzsim.reports import behandelindex as index
from mzsim.reports import implantologiescore as score
from mzsim.reports.periods import een_jaar_voor

_JA_NEE = {True: "yes", False: "no", None: "not judged"}
_OORDEEL = {True: "sufficient", False: "insufficient", None: "not judged"}
_PERIODE = "{} to {} inclusive"
_MEESTE_REGELS = 200
_SOORTEN = {"zorgverzekeraar": "zorgverzekeraar", "zorgkantoor": "zorgkantoor (Wlz)", "dji": "DJI"}


def implantologiescore_parts(rapport: score.Rapport, *, unmask: bool) -> Iterator[Part]:
    """The score of a practice at one insurer, for people."""
    praktijk, meting = rapport.praktijk, rapport.metingen[0]
    yield f"implantologiescore of {praktijk.agb} at {praktijk.uzovi} ({praktijk.naam}), module {_module(meting)}"
    yield f"measured over {_periode(meting.van, meting.tot)}"
    kop = ("condition", "threshold", "count", "of", "%", "met", "source")
    yield Table(
        kop, ((s.eis.wat, _drempel(s.eis), *_getallen(s), _JA_NEE[s.voldoet], score.BRON) for s in meting.scores)
    )
    yield Table(
        ("measured on", "module", *(s.eis.id for s in meting.scores), "score"),
        ((str(m.tot), _module(m), *(_kort(s) for s in m.scores), _OORDEEL[m.voldoet]) for m in rapport.metingen),
    )
    if meting.nadelen:
        yield "What counts against the practice:"
        rijen = (
            (n.eis.id, n.persoon if unmask else masker(n.persoon), n.wat, str(n.datum), n.waarom)
            for n in meting.nadelen[:_MEESTE_REGELS]
        )
        yield Table(("condition", "BSN", "what", "date", "why"), rijen)
        if (rest := len(meting.nadelen) - _MEESTE_REGELS) > 0:
            yield f"and {rest} more; --json prints them all"
    yield score.CONCLUSIES[rapport.conclusie]


def _periode(van: dt.date, tot: dt.date) -> str:
    return _PERIODE.format(van, _laatste(tot))


def _laatste(tot: dt.date) -> dt.date:
    return tot if tot == dt.date.min else tot - dt.timedelta(days=1)


def _module(meting: score.Meting) -> str:
    return meting.module or "none"


def _drempel(eis: score.Eis) -> str:
    teken = "≥" if eis.minstens else "≤"
    return f"{teken} {eis.drempel}{' %' if eis.eenheid == score.PROCENT else ''}"


def _getallen(s: score.Score) -> tuple[str, str, str]:
    return str(s.teller), "" if s.noemer is None else str(s.noemer), _procent(s) or ""


def _kort(s: score.Score) -> str:
    if s.noemer is None:
        return str(s.teller)
    return f"{procent} %" if (procent := _procent(s)) else "-"


def _procent(s: score.Score) -> str | None:
    return afgerond(Fraction(100 * s.teller, s.noemer), 1) if s.noemer else None


def afgerond(getal: Fraction, decimalen: int) -> str:
    """A number of at least 0 with so many decimals, half up."""
    delen: int = 10**decimalen
    heel, rest = divmod(math.floor(getal * delen + Fraction(1, 2)), delen)
    return f"{heel}.{rest:0{decimalen}d}"


def implantologiescore_dict(rapport: score.Rapport, *, unmask: bool) -> dict[str, Any]:
    """The same for JSON."""
    praktijk, meting = rapport.praktijk, rapport.metingen[0]
    return {
        "rapport": "implantologiescore",
        "agb": praktijk.agb,
        "uzovi": praktijk.uzovi,
        "datum": str(meting.tot),
        **_meting_als_dict(meting),
        "kwartalen": [{"datum": str(m.tot), **_meting_als_dict(m)} for m in rapport.metingen],
        "nadelen": [
            {
                "criterium": n.eis.id,
                "persoon": n.persoon if unmask else masker(n.persoon),
                "wat": n.wat,
                "datum": str(n.datum),
                "waarom": n.waarom,
            }
            for n in meting.nadelen
        ],
        "conclusie": rapport.conclusie,
        "tekst": score.CONCLUSIES[rapport.conclusie],
    }


def _meting_als_dict(meting: score.Meting) -> dict[str, Any]:
    return {
        "van": str(meting.van),
        "tot_en_met": str(_laatste(meting.tot)),
        "module": meting.module,
        "voldoet": meting.voldoet,
        "criteria": [
            {
                "criterium": s.eis.id,
                "soort": "minstens" if s.eis.minstens else "hoogstens",
                "drempel": s.eis.drempel,
                "eenheid": s.eis.eenheid,
                "teller": s.teller,
                "noemer": s.noemer,
                "percentage": _procent(s),
                "voldoet": s.voldoet,
                "bron": score.BRON,
            }
            for s in meting.scores
        ],
    }


def behandelindex_parts(b: index.Behandelindex, datum: dt.date) -> Iterator[Part]:
    """The behandelindex of a practice, for people."""
    van = een_jaar_voor(datum)
    yield f"behandelindex of {b.agb}, {_periode(van, datum)}, other practices: {b.andere_praktijken}"
    kop = ("age", "payer", "patients", "treatments", "per patient", "all practices", "expected", "weighed")
    rijen = (
        (
            _leeftijd(g.kenmerken.vanaf),
            _SOORTEN[g.kenmerken.soort],
            str(g.patienten),
            str(g.behandelingen),
            afgerond(Fraction(g.behandelingen, g.patienten), 2),
            afgerond(g.gemiddeld, 2),
            afgerond(g.verwacht, 2),
            _JA_NEE[g.telt],
        )
        for g in b.groepen
    )
    yield Table(kop, rijen)
    yield _index_in_woorden(b)
    yield f"Source: {index.BRON}; of physiotherapists, here by analogy (our choice)."


def _leeftijd(vanaf: int | None) -> str:
    if vanaf is None:
        return "unknown"
    volgende = min((g.vanaf for g in index.leeftijdsgroepen() if g.vanaf > vanaf), default=None)
    return f"{vanaf} and older" if volgende is None else f"{vanaf}-{volgende - 1}"


def _index_in_woorden(b: index.Behandelindex) -> str:
    if b.cijfer is None:
        return (
            "Not judged: the practice has no granted treatments in these 12 months that those of another practice can be"
            " compared with."
        )
    zin = (
        f"behandelindex {afgerond(b.cijfer, 1)}: {b.behandelingen} granted treatments, {afgerond(b.verwacht, 1)} at the mean"
        f" of all practices ({index.GEMIDDELD})"
    )
    if b.boven_grens:
        return f"{zin}. Above {index.GRENS}: flagged as less efficient than other practices."
    return f"{zin}. Not above {index.GRENS}."


def behandelindex_dict(b: index.Behandelindex, datum: dt.date) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "rapport": "behandelindex",
        "agb": b.agb,
        "datum": str(datum),
        "van": str(een_jaar_voor(datum)),
        "tot_en_met": str(_laatste(datum)),
        "andere_praktijken": b.andere_praktijken,
        "groepen": [
            {
                "leeftijd_vanaf": g.kenmerken.vanaf,
                "soort": g.kenmerken.soort,
                "patienten": g.patienten,
                "behandelingen": g.behandelingen,
                "alle_patienten": g.alle_patienten,
                "alle_behandelingen": g.alle_behandelingen,
                "andere_praktijken": g.andere_praktijken,
                "verwacht": afgerond(g.verwacht, 2),
                "telt": g.telt,
            }
            for g in b.groepen
        ],
        "behandelingen": b.behandelingen,
        "verwacht": afgerond(b.verwacht, 2),
        "index": None if b.cijfer is None else afgerond(b.cijfer, 1),
        "grens": index.GRENS,
        "boven_grens": b.boven_grens,
        "tekst": _index_in_woorden(b),
        "bron": index.BRON,
    }

"""A report for people: one page without anything from outside, with the differences and the explained retour of each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from mzsim.common.errors import InputError
from mzsim.common.version import __version__
from mzsim.presentation.output import masker
from mzsim.presentation.page import sjablonen
from mzsim.retour.words import Recorduitleg, Uitleg, leg_uit
from mzsim.standard.layout import KENMERK_VAN_RECORD, rubrieknaam
from mzsim.standard.retourcodes import GEEN_OPMERKING, retourcodes
from mzsim.standard.values import als_euro
from mzsim.suites.case import naam_in
from mzsim.suites.display import aantal, getoond, in_een_regel, rubriek, slotregel, waarde
from mzsim.suites.playing import Oordeel, Stapverslag, Verslag

_RECORDNAAM = {kenmerk.decode(): naam for naam, kenmerk in KENMERK_VAN_RECORD.items()}
_OORDELEN: tuple[Oordeel, ...] = ("error", "failed", "passed")


def als_html(suite: str, verslagen: Sequence[Verslag], *, unmask: bool) -> bytes:
    """The page of a suite."""
    omgeving = sjablonen()
    omgeving.filters.update(euro=als_euro, rubrieknaam=rubrieknaam, rubriek=rubriek, waarde=waarde)
    # What needs a look comes first.
    op_volgorde = sorted(verslagen, key=lambda verslag: _OORDELEN.index(verslag.oordeel))
    telling = Counter(verslag.oordeel for verslag in verslagen)
    pagina = omgeving.get_template("suite.html").render(
        suite=suite,
        slotregel=slotregel(verslagen),
        oordelen=[(oordeel, telling[oordeel]) for oordeel in _OORDELEN if telling[oordeel]],
        tags=sorted({tag for verslag in verslagen for tag in verslag.geval.tags}),
        gevallen=[_geval(verslag, unmask=unmask) for verslag in op_volgorde],
        versie=__version__,
    )
    return f"{pagina}\n".encode("utf-8", "replace")


def _geval(verslag: Verslag, *, unmask: bool) -> dict[str, Any]:
    codes = {**retourcodes(), **{code.code: code for code in verslag.codes}}
    return {
        "geval": verslag.geval,
        "oordeel": verslag.oordeel,
        "fout": verslag.fout,
        "zoek": f"{verslag.geval.id} {verslag.geval.titel} {_codes(verslag)}".casefold(),
        "stappen": [_stap(verslag, stap, codes, unmask=unmask) for stap in verslag.stappen],
    }


def _codes(verslag: Verslag) -> str:
    return " ".join(m.retourcode or "" for stap in verslag.stappen if stap.uitkomst for m in stap.uitkomst.meldingen)


def _stap(verslag: Verslag, stap: Stapverslag, codes: Any, *, unmask: bool) -> dict[str, Any]:
    uitleg = _uitleg(stap, codes)
    return {
        "oordeel": stap.oordeel,
        "declaratie": naam_in(verslag.geval.map_, stap.stap.declaratie),
        "datum": stap.stap.datum,
        "stage": stap.stap.stage,
        "regel": in_een_regel(stap),
        "verschillen": getoond(stap.verschillen, unmask=unmask),
        "uitleg": uitleg,
        "records": [_record(record, unmask=unmask) for record in uitleg.records if _zegt_iets(record)]
        if uitleg
        else [],
        "stil": aantal(sum(not _zegt_iets(record) for record in uitleg.records), "other record") if uitleg else "",
        "alles": uitleg is not None and all(_zegt_iets(record) for record in uitleg.records),
    }


def _uitleg(stap: Stapverslag, codes: Any) -> Uitleg | None:
    if stap.retour is None:
        return None
    try:
        return leg_uit(BytesIO(stap.retour), codes)
    except InputError:  # of a step whose fault is told elsewhere
        return None


def _zegt_iets(record: Recorduitleg) -> bool:
    return record.record == "01" or any(code.code != GEEN_OPMERKING for code in record.codes)


def _record(record: Recorduitleg, *, unmask: bool) -> dict[str, Any]:
    rest = None
    if record.declaratiebedrag is not None and record.toegekend is not None:
        rest = record.declaratiebedrag - record.toegekend
    return {
        "uitleg": record,
        "naam": _RECORDNAAM[record.record],
        "bsn": record.bsn if unmask else masker(record.bsn),
        "rest": rest,
    }

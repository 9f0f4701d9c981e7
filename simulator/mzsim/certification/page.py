"""The report of a grading as one page without anything from outside: what to repair, every booking, the coverage."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mzsim.certification.diagnoses import reparaties
from mzsim.certification.grading import Beoordeling, Gevaloordeel, Retouroordeel
from mzsim.certification.reach import bereik
from mzsim.certification.report import in_woorden, rijen, slotregel, totalen
from mzsim.common.version import __version__
from mzsim.presentation.page import sjablonen


def als_html(beoordeling: Beoordeling) -> bytes:
    """The page of a grading."""
    gevonden = bereik(beoordeling)
    # What needs a look comes first.
    gevallen = [_geval(oordeel) for oordeel in sorted(beoordeling.gevallen, key=lambda oordeel: oordeel.goed)]
    telling = Counter(geval["oordeel"] for geval in gevallen)
    pagina = (
        sjablonen()
        .get_template("beoordeling.html")
        .render(
            software=beoordeling.software or "Software under test",
            slotregel=slotregel(beoordeling),
            totalen=totalen(beoordeling),
            reparaties=reparaties(beoordeling.gebreken),
            vreemd=beoordeling.vreemd,
            oordelen=[(oordeel, telling[oordeel]) for oordeel in ("failed", "passed") if telling[oordeel]],
            tags=sorted({tag for oordeel in beoordeling.gevallen for tag in oordeel.geval.tags}),
            gevallen=gevallen,
            bereik=[
                ("outcomes", gevonden.uitkomsten),
                ("faulty retours", gevonden.verstoringen),
                ("retourcodes", gevonden.codes),
                ("retourcodes never met", gevonden.nooit_gezien),
            ],
            versie=__version__,
        )
    )
    return f"{pagina}\n".encode("utf-8", "replace")


def _geval(oordeel: Gevaloordeel) -> dict[str, Any]:
    codes = (code for retour in oordeel.retours for code in _codes(retour))
    return {
        "geval": oordeel.geval,
        "oordeel": _kleur(goed=oordeel.goed),
        "zoek": " ".join([oordeel.geval.id, oordeel.geval.title, *dict.fromkeys(codes)]).casefold(),
        "retours": [_retour(retour) for retour in oordeel.retours],
    }


def _codes(retour: Retouroordeel) -> list[str]:
    if retour.boekhouding is None:
        return []
    return [*retour.boekhouding.codes, *(code for b in retour.boekhouding.boekingen for code in b.codes)]


def _retour(retour: Retouroordeel) -> dict[str, Any]:
    return {
        "oordeel": retour,
        "kleur": _kleur(goed=retour.goed),
        "regels": [in_woorden(gebrek) for gebrek in retour.gebreken if gebrek.verwacht is None],
        "rijen": rijen(retour),
    }


def _kleur(*, goed: bool) -> str:
    return "passed" if goed else "failed"

"""Practices in the making: prestaties, requests and contracts as the reports take them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mzsim.reports.implantologiecodes import codes_van
from mzsim.reports.implantologiescore import Meting, Score, beoordeel
from mzsim.reports.practice import MACHTIGINGSVRIJ, Aanvraag, Contract, Praktijk, Prestatie

DAG = dt.date(2026, 4, 1)
"""The day of measuring: the 12 months are 2025-04-01 to 2026-03-31."""
IN_PERIODE = dt.date(2025, 6, 1)


def prestatie(
    code: str,
    datum: dt.date | str = IN_PERIODE,
    *,
    persoon: str = "999900006",
    element: str = "00",
    kaak: str = "0",
    aantal: int = 1,
) -> Prestatie:
    """A granted prestatie."""
    dag = dt.date.fromisoformat(datum) if isinstance(datum, str) else datum
    return Prestatie(persoon, dag, code, element, kaak, aantal)


def aanvraag(
    nummer: str,
    *prestaties: str,
    persoon: str = "999900006",
    ingang: dt.date = IN_PERIODE,
    einde: dt.date | None = None,
    status: str = "afgegeven",
) -> Aanvraag:
    """A request, by default of J*."""
    return Aanvraag(nummer, persoon, codes_van(prestaties or ("J*",)), ingang, einde, status)


def patienten(aantal: int, *, afgewezen: int = 0, datum: dt.date = IN_PERIODE) -> dict[str, Any]:
    """So many verzekerden with an approved request and an implant, and so many whose request was rejected."""
    namen = [f"P{n}" for n in range(aantal)]
    return {
        "prestaties": tuple(prestatie("J040", datum, persoon=naam, element="33") for naam in namen),
        "aanvragen": (
            *(aanvraag(f"M{naam}", persoon=naam, ingang=datum) for naam in namen),
            *(aanvraag(f"A{n}", persoon=f"A{n}", ingang=datum, status="afgewezen") for n in range(afgewezen)),
        ),
    }


def praktijk(**anders: Any) -> Praktijk:
    """A practice of which only this is known."""
    return Praktijk("12012345", "0736", "Voorbeeld", **anders)


def machtigingsvrij(ingang: dt.date = dt.date(2020, 1, 1)) -> dict[str, Any]:
    """A contract with the machtigingsvrije module."""
    return {"contracten": (Contract(ingang, None, MACHTIGINGSVRIJ),)}


def meting(gevraagd: Praktijk, dag: dt.date = DAG) -> Meting:
    """The newest score."""
    return beoordeel(gevraagd, dag).metingen[0]


def score(gevraagd: Praktijk, eis: str, dag: dt.date = DAG) -> tuple[int, int | None, bool | None]:
    """Count, of how many, and whether that meets the condition."""
    gevonden: Score = next(s for s in meting(gevraagd, dag).scores if s.eis.id == eis)
    return gevonden.teller, gevonden.noemer, gevonden.voldoet

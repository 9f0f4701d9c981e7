"""What a polis covers of a prestatie: which dekkingen match, and their shares of an amount."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import lees_datum, schrijf_datum
from simulator.kalender import maanden_later


class Dekking(NamedTuple):
    """One line of a pakket; None stands for "any". `percentage` is of `over`: bedrag or eigen_bijdrage."""

    prestaties: tuple[str, ...]
    soort_prestatierecord: tuple[str, ...] | None
    leeftijd_vanaf: int | None
    leeftijd_tot: int | None
    bijzondere_tandheelkunde: bool | None
    percentage: int
    over: str
    wachttijd_maanden: int | None
    machtiging: bool


class Pakket(NamedTuple):
    """A pakket with its dekkingen in order; the first that matches counts. `soort` is basis, aanvullend or wlz."""

    code: str
    soort: str
    dekkingen: tuple[Dekking, ...]


def aandeel(bedrag: int, percentage: int) -> int:
    """A percentage of an amount in cents, rounded half up."""
    return (bedrag * percentage + 50) // 100


def leeftijd(geboren: bytes, datum: bytes) -> int:
    """Whole years between two EEJJMMDD dates."""
    return (int(datum) - int(geboren)) // 10000


def passende_dekking(pakket: Pakket, p: Prestatierecord, jaren: int, ingang_polis: bytes) -> Dekking | None:
    """The dekking of a pakket that counts for a prestatierecord, if any. `jaren` is the age on the datum prestatie."""
    return next((d for d in pakket.dekkingen if _past(d, p, jaren, ingang_polis)), None)


def _past(d: Dekking, p: Prestatierecord, jaren: int, ingang_polis: bytes) -> bool:
    code = p.prestatiecode.decode("iso8859-1").rstrip()
    return (
        any(fnmatchcase(code, patroon) for patroon in d.prestaties)
        and (d.soort_prestatierecord is None or p.soort.decode("iso8859-1") in d.soort_prestatierecord)
        and (d.leeftijd_vanaf is None or jaren >= d.leeftijd_vanaf)
        and (d.leeftijd_tot is None or jaren < d.leeftijd_tot)
        and (d.bijzondere_tandheelkunde is None or d.bijzondere_tandheelkunde == (p.bijzondere_tandheelkunde == b"J"))
        and (d.wachttijd_maanden is None or p.datum >= _maanden_later(ingang_polis, d.wachttijd_maanden))
    )


def _maanden_later(datum: bytes, maanden: int) -> bytes:
    begin = lees_datum(datum)
    assert begin is not None
    return schrijf_datum(maanden_later(begin, maanden))


def vergoeding(bedrag: int, pakketten: Sequence[tuple[Pakket, Dekking]]) -> int:
    """What matching dekkingen pay of B, in cents: the basis share, plus the aanvullende shares up to the rest."""
    basis = sum(aandeel(bedrag, d.percentage) for pakket, d in pakketten if pakket.soort != "aanvullend")
    basis = min(basis, bedrag)
    rest = bedrag - basis
    aanvullend = sum(
        aandeel(rest if d.over == "eigen_bijdrage" else bedrag, d.percentage)
        for pakket, d in pakketten
        if pakket.soort == "aanvullend"
    )
    return basis + min(aanvullend, rest)

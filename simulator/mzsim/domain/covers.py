"""What a polis covers of a prestatie: which dekkingen match, and what each pays of an amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.common.dates import maanden_later
from mzsim.common.patterns import noemt
from mzsim.domain.facts import PolisFeit
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import lees_datum, schrijf_datum

AANVULLEND = "aanvullend"


class Dekking(NamedTuple):
    """One line of a pakket; None stands for "any". `percentage` is of `over`: bedrag or eigen_bijdrage.

    `maximum_bedrag` in cents and `maximum_aantal` hold `per` kalenderjaar, kaak_per_kalenderjaar or verzekering (the
    same where it is None).
    """

    prestaties: tuple[str, ...]
    soort_prestatierecord: tuple[str, ...] | None
    leeftijd_vanaf: int | None
    leeftijd_tot: int | None
    bijzondere_tandheelkunde: bool | None
    percentage: int
    over: str
    maximum_bedrag: int | None
    maximum_aantal: int | None
    per: str | None
    machtiging: bool
    wachttijd_maanden: int | None

    @property
    def begrensd(self) -> bool:
        """Whether what it paid before counts."""
        return self.maximum_bedrag is not None or self.maximum_aantal is not None


class Pakket(NamedTuple):
    """A pakket with its dekkingen in order; the first that matches counts. `soort` is basis, aanvullend or wlz."""

    code: str
    soort: str
    dekkingen: tuple[Dekking, ...]


Pakketsleutel = tuple[str, str]
"""UZOVI-nummer and code."""
Dekkingsleutel = tuple[str, str, int]
"""UZOVI-nummer and code of the pakket, and the place of the dekking in it."""


class Gekozen(NamedTuple):
    """A dekking that counts for a prestatie."""

    sleutel: Dekkingsleutel
    aanvullend: bool
    dekking: Dekking


class Grond(NamedTuple):
    """What can count for a verzekerde on a day: per pakket of his polis the dekkingen for his age and past its wachttijd."""

    pakketten: tuple[tuple[Gekozen, ...], ...]

    def kies(self, p: Prestatierecord) -> list[Gekozen]:
        """The dekkingen that count for a prestatierecord, those of basis and wlz first: of each pakket the first that matches."""
        gevonden = (next((g for g in pakket if _past(g.dekking, p)), None) for pakket in self.pakketten)
        return sorted((g for g in gevonden if g), key=lambda g: g.aanvullend)


ONVERZEKERD = Grond(())


def grond(polis: PolisFeit, datum: bytes, pakketten: Mapping[Pakketsleutel, Pakket]) -> Grond:
    """What a polis can cover on a day."""
    jaren = leeftijd(polis.geboortedatum, datum)
    return Grond(
        tuple(
            tuple(
                Gekozen((*sleutel, nummer), pakketten[sleutel].soort == AANVULLEND, dekking)
                for nummer, dekking in enumerate(pakketten[sleutel].dekkingen)
                if _geldt(dekking, jaren, polis.ingang, datum)
            )
            for sleutel in polis.pakketten
        )
    )


class Wisselingen(NamedTuple):
    """When the cover of a polis changes: at these ages, and so many months after it began."""

    leeftijden: frozenset[int]
    wachttijden: frozenset[int]

    @classmethod
    def van(cls, sleutels: Iterable[Pakketsleutel], pakketten: Mapping[Pakketsleutel, Pakket]) -> Wisselingen:
        """Those of a polis with these pakketten."""
        dekkingen = [d for sleutel in sleutels if sleutel in pakketten for d in pakketten[sleutel].dekkingen]
        return cls(
            frozenset(jaren for d in dekkingen for jaren in (d.leeftijd_vanaf, d.leeftijd_tot) if jaren is not None),
            frozenset(d.wachttijd_maanden for d in dekkingen if d.wachttijd_maanden is not None),
        )

    def dagen(self, polis: PolisFeit) -> list[bytes]:
        """The days (EEJJMMDD) on which the cover of a polis changes: birthdays, and the ends of a wachttijd."""
        dagen = [b"%08d" % (int(polis.geboortedatum) + 10000 * jaren) for jaren in self.leeftijden]
        return dagen + [_maanden_later(polis.ingang, maanden) for maanden in self.wachttijden]


def leeftijd(geboren: bytes, datum: bytes) -> int:
    """Whole years between two EEJJMMDD dates."""
    return (int(datum) - int(geboren)) // 10000


def _geldt(d: Dekking, jaren: int, ingang_polis: bytes, datum: bytes) -> bool:
    return (
        (d.leeftijd_vanaf is None or jaren >= d.leeftijd_vanaf)
        and (d.leeftijd_tot is None or jaren < d.leeftijd_tot)
        and (d.wachttijd_maanden is None or datum >= _maanden_later(ingang_polis, d.wachttijd_maanden))
    )


def _past(d: Dekking, p: Prestatierecord) -> bool:
    code = p.prestatiecode.decode("iso8859-1").rstrip()
    return (
        noemt(d.prestaties, code)
        and (d.soort_prestatierecord is None or p.soort.decode("iso8859-1") in d.soort_prestatierecord)
        and (d.bijzondere_tandheelkunde is None or d.bijzondere_tandheelkunde == (p.bijzondere_tandheelkunde == b"J"))
    )


def _maanden_later(datum: bytes, maanden: int) -> bytes:
    begin = lees_datum(datum)
    assert begin is not None
    return schrijf_datum(maanden_later(begin, maanden))


def aandeel(bedrag: int, percentage: int) -> int:
    """A percentage of an amount in cents, rounded half up."""
    return (bedrag * percentage + 50) // 100


def naar_rato(bedrag: int, deel: int, geheel: int) -> int:
    """A part of an amount in cents, rounded half up."""
    return (2 * bedrag * deel + geheel) // (2 * geheel)


class Ruimte(NamedTuple):
    """What a maximum leaves for a prestatie: an amount in cents and a number; None for no such maximum."""

    bedrag: int | None = None
    aantal: int | None = None


ONBEPERKT = Ruimte()


def beperk(bedrag: int, ruimte: Ruimte, aantal: int) -> int:
    """What maxima leave of an amount in cents for a number of prestaties."""
    if ruimte.aantal is not None and ruimte.aantal < aantal:
        bedrag = naar_rato(bedrag, ruimte.aantal, aantal)
    return bedrag if ruimte.bedrag is None else min(bedrag, ruimte.bedrag)


class Post(NamedTuple):
    """What one dekking pays of an amount B, step by step, in cents.

    `aandeel` is its percentage of `grondslag` (B, or what the basis leaves of it), `vergoeding` what of that counts: in the
    basis no more than B leaves, for a party without contract a percentage. `binnen_maximum` is what maxima leave of it,
    `bedrag` what it pays: in an aanvullend pakket no more than the others leave.
    """

    grondslag: int
    aandeel: int
    vergoeding: int
    binnen_maximum: int
    bedrag: int


def posten(
    bedrag: int,
    gekozen: Sequence[Gekozen],
    *,
    vergoeding: int = 100,
    aantal: int = 1,
    ruimte: Mapping[Dekkingsleutel, Ruimte] | None = None,
) -> Iterator[Post]:
    """What each dekking pays of B, in the order of `gekozen` (those of basis and wlz first).

    `vergoeding` is the percentage of it that a party without contract gets; `aantal` is 0425. The basis pays at most B,
    the aanvullende dekkingen at most what it leaves. What a party without contract misses is not left to them; what a
    maximum cuts off is.
    """
    basis = over = 0
    for sleutel, aanvullend, d in gekozen:
        beperking = ruimte.get(sleutel, ONBEPERKT) if ruimte else ONBEPERKT
        grondslag = max(0, bedrag - basis) if d.over == "eigen_bijdrage" else bedrag
        deel = aandeel(grondslag, d.percentage)
        vol = deel if aanvullend else min(deel, bedrag - basis)
        onbeperkt = aandeel(vol, vergoeding)
        beperkt = betaald = beperk(onbeperkt, beperking, aantal)
        if aanvullend:
            betaald = min(beperkt, aandeel(bedrag - basis, vergoeding) - over)
            over += betaald
        else:
            basis += vol - (onbeperkt - beperkt)
        yield Post(grondslag, deel, onbeperkt, beperkt, betaald)

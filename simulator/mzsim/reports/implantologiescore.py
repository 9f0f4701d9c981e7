"""The implantologiescore of a practice: whether it may work without machtigingen, by the conditions of an insurer.

Source: VGZ, Implantologiescores. Where that is silent, our choice:

- A score is measured over the 12 months before a day; the quarters before it are 3, 6 and 9 months earlier.
- "Within" 3 or 5 years ends before the anniversary, as everywhere in this program.
- Of the repairs that the practice did in the 12 months, those within 3 years of its own placing of that prosthesis
  count; a repair of a prosthesis that it didn't place is a repair, not one within 3 years.
- The drukknoppen, implantaten, protheses and steggen are those that the practice placed and whose first 5 years had not
  ended when the 12 months began; replaced are those that it replaced within these 5 years.
- A percentage of nothing is not judged. It stands in nobody's way, but without requests nothing shows that 95 % is
  approved: under the Standaardmodule no score is sufficient then. Under the machtigingsvrije module none are made.
- 12 months of which the store holds nothing of implantology are not judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from mzsim.reports.implantologiecodes import DRUKKNOP, IMPLANTAAT, PROTHESE, STEG
from mzsim.reports.parts import Onderdeel, Reparatie, Verloop, volg
from mzsim.reports.periods import binnen, een_jaar_voor, maanden_eerder
from mzsim.reports.practice import MACHTIGINGSVRIJ, Aanvraag, Praktijk
from mzsim.reports.treatments import Aangevraagd, Uitgevoerd, aangevraagd, uitgevoerd

BRON = "VGZ, Implantologiescores"
KWARTALEN = 4
JAREN_REPARATIE, JAREN_VERVANGING = 3, 5
NIETS_GEDAAN = "nothing that it covers was granted in these 12 months"
AANTAL, PROCENT = "aantal", "%"


class Eis(NamedTuple):
    """A condition: at least (`minstens`) or at most `drempel`, a number or a percentage."""

    id: str
    wat: str
    minstens: bool
    drempel: int
    eenheid: str


BEHANDELINGEN = Eis("behandelingen", "treatments performed that needed a machtiging", True, 15, AANTAL)
GOEDGEKEURD = Eis("goedgekeurd", "requests for a machtiging approved", True, 95, PROCENT)
REPARATIES = Eis("reparaties", "repairs of a prothese within 3 years of the treatment", False, 10, PROCENT)
VERVANGINGEN = {
    soort: Eis(meervoud, f"{meervoud} replaced within 5 years", False, 10, PROCENT)
    for soort, meervoud in (
        (DRUKKNOP, "drukknoppen"),
        (IMPLANTAAT, "implantaten"),
        (PROTHESE, "protheses"),
        (STEG, "steggen"),
    )
}


class Score(NamedTuple):
    """How a practice stands against a condition; `noemer` is None for a condition on a number."""

    eis: Eis
    teller: int
    noemer: int | None

    @property
    def voldoet(self) -> bool | None:
        """Whether the condition is met; None where there is nothing to judge it by."""
        if self.noemer == 0:
            return None
        teller, drempel = self.teller, self.eis.drempel
        if self.noemer is not None:
            teller, drempel = 100 * teller, drempel * self.noemer
        return teller >= drempel if self.eis.minstens else teller <= drempel


class Nadeel(NamedTuple):
    """Something that counts against a practice, for it to look up."""

    eis: Eis
    persoon: str
    wat: str
    datum: dt.date
    waarom: str


class Meting(NamedTuple):
    """A score over the 12 months from `van`, to the day before `tot`; `leeg`: the store holds nothing of them."""

    van: dt.date
    tot: dt.date
    module: str | None
    scores: tuple[Score, ...]
    nadelen: tuple[Nadeel, ...]
    leeg: bool

    @property
    def machtigingsvrij(self) -> bool:
        """Whether the practice worked under the machtigingsvrije module on the day of measuring."""
        return self.module == MACHTIGINGSVRIJ

    @property
    def voldoet(self) -> bool | None:
        """Whether the score is sufficient; None where that can't be judged."""
        oordelen = {score.eis: score.voldoet for score in self.scores}
        if self.leeg:
            return None
        if False in oordelen.values():
            return False
        return None if oordelen[GOEDGEKEURD] is None and not self.machtigingsvrij else True


CONCLUSIES = {
    "machtigingsvrij": "The practice meets the conditions of the machtigingsvrije module.",
    "standaard": "The practice does not meet the conditions of the machtigingsvrije module: the Standaardmodule stays.",
    "blijft_machtigingsvrij": "The score is sufficient: the machtigingsvrije module stays.",
    "waarschuwing": "Waarschuwing: the score is insufficient for one quarter. After a second one in a row the practice"
    " goes back to the Standaardmodule.",
    "terug_naar_standaard": "The score is insufficient for two quarters in a row: back to the Standaardmodule.",
    "niet_beoordeeld": "Not judged: the store holds too little to judge by; the module stays as it is.",
}


class Rapport(NamedTuple):
    """The newest score first, then those of the quarters before it."""

    praktijk: Praktijk
    metingen: tuple[Meting, ...]

    @property
    def conclusie(self) -> str:
        """A key of `CONCLUSIES`."""
        nu, vorige, *_ = self.metingen
        if nu.voldoet is None:
            return "niet_beoordeeld"
        if not nu.machtigingsvrij:
            return "machtigingsvrij" if nu.voldoet else "standaard"
        if nu.voldoet:
            return "blijft_machtigingsvrij"
        tweede = vorige.machtigingsvrij and vorige.voldoet is False
        return "terug_naar_standaard" if tweede else "waarschuwing"


def beoordeel(praktijk: Praktijk, datum: dt.date) -> Rapport:
    """The report of a practice as measured on a day."""
    verloop = volg(praktijk.prestaties)
    return Rapport(praktijk, tuple(_meet(praktijk, verloop, maanden_eerder(datum, 3 * n)) for n in range(KWARTALEN)))


def _meet(praktijk: Praktijk, verloop: Verloop, tot: dt.date) -> Meting:
    van = een_jaar_voor(tot)
    gevraagd = aangevraagd(praktijk, van, tot)
    wegingen = (
        _behandelingen(uitgevoerd(praktijk, van, tot), gevraagd),
        _aanvragen(gevraagd),
        _reparaties([r for r in verloop.reparaties if van <= r.datum < tot]),
        *(
            _vervangingen(eis, [o for o in verloop.onderdelen if o.soort == soort], van, tot)
            for soort, eis in VERVANGINGEN.items()
        ),
    )
    scores = tuple(score for score, _ in wegingen)
    nadelen = tuple(nadeel for _, nadelen in wegingen for nadeel in nadelen)
    leeg = not scores[1].noemer and not any(van <= p.datum < tot for p in praktijk.prestaties)
    return Meting(van, tot, praktijk.module(tot), scores, nadelen, leeg)


Weging = tuple[Score, Sequence[Nadeel]]


def _behandelingen(gedaan: Uitgevoerd, gevraagd: Sequence[Aangevraagd]) -> Weging:
    score = Score(BEHANDELINGEN, gedaan.aantal, None)
    if score.voldoet:
        return score, ()
    nadelen = [
        _bij(BEHANDELINGEN, aanvragen[-1], NIETS_GEDAAN)
        for aanvragen, waarom in gevraagd
        if waarom is None and gedaan.gebruikt.isdisjoint(aanvragen)
    ]
    return score, nadelen


def _aanvragen(behandelingen: Sequence[Aangevraagd]) -> Weging:
    nadelen = [_bij(GOEDGEKEURD, aanvragen[-1], waarom) for aanvragen, waarom in behandelingen if waarom is not None]
    return Score(GOEDGEKEURD, len(behandelingen) - len(nadelen), len(behandelingen)), nadelen


def _bij(eis: Eis, aanvraag: Aanvraag, waarom: str) -> Nadeel:
    return Nadeel(eis, aanvraag.persoon, f"machtiging {aanvraag.nummer}", aanvraag.ingang, waarom)


def _reparaties(reparaties: Sequence[Reparatie]) -> Weging:
    nadelen = [
        Nadeel(REPARATIES, r.persoon, r.code, r.datum, f"the treatment was on {r.geplaatst}")
        for r in reparaties
        if r.geplaatst is not None and binnen(r.datum, r.geplaatst, JAREN_REPARATIE)
    ]
    return Score(REPARATIES, len(nadelen), len(reparaties)), nadelen


def _vervangingen(eis: Eis, onderdelen: Sequence[Onderdeel], van: dt.date, tot: dt.date) -> Weging:
    telt = [o for o in onderdelen if o.geplaatst < tot and binnen(van, o.geplaatst, JAREN_VERVANGING)]
    nadelen = [
        Nadeel(eis, o.persoon, o.code, o.vervangen, f"it was placed on {o.geplaatst}")
        for o in telt
        if o.vervangen is not None and o.vervangen < tot and binnen(o.vervangen, o.geplaatst, JAREN_VERVANGING)
    ]
    return Score(eis, len(nadelen), len(telt)), nadelen

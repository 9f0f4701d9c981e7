"""What a prestatierecord is granted where nothing but cover, tariff, maxima and earlier grants counts.

Source: INV 2.3.13-2.3.16, BER 0481, and the contract of the simulator, "What an insurer grants" (README).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mzsim.checks.grant import OORZAKEN, Rekening, Vergoeding
from mzsim.domain.covers import Dekkingsleutel, Gekozen, Post, Ruimte, posten
from mzsim.domain.decisions import AFGEWEZEN, DEELS, TOEGEWEZEN, Besluit
from mzsim.domain.earlier.maxima import Aandelen, Plaats, Verbruik
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey

_EERDER_TOEGEKEND = "0413-8"
"""The one check of what is granted that leaves no B where it leaves no grant (BER 0481)."""


class Grens(NamedTuple):
    """A dekking with a maximum: what it would pay of a record, and what it does where there is room; cents and number.

    `plaats` says which maximum, in which of its periods.
    """

    plaats: Plaats
    maximum_bedrag: int | None
    maximum_aantal: int | None
    bedrag: int
    aantal: int
    neemt_bedrag: int
    neemt_aantal: int


class Plan(NamedTuple):
    """What can be decided on a prestatierecord of one year without what was granted before; amounts in cents.

    `post` is the prestatie as a number, with room for a day below it.
    `berekend` is B at the insurer's tariff, `gedeclareerd` B at the declared one; `besluit` holds where nothing was granted
    for it before and there is room in every maximum of `grenzen`.
    """

    post: int
    prestatie: PrestatieKey
    declaratiebedrag: int
    berekend: int
    gedeclareerd: int
    aantal: int
    vergoeding: int
    gekozen: tuple[Gekozen, ...]
    grenzen: tuple[Grens, ...]
    besluit: Besluit
    credit: bool = False

    def verdeel(self, bedrag: int, ruimte: Mapping[Dekkingsleutel, Ruimte] | None = None) -> list[int]:
        """What each dekking pays of an amount B, in cents."""
        return [post.bedrag for post in self.posten(bedrag, ruimte)]

    def posten(self, bedrag: int, ruimte: Mapping[Dekkingsleutel, Ruimte] | None = None) -> Iterator[Post]:
        """The same step by step."""
        return posten(bedrag, self.gekozen, vergoeding=self.vergoeding, aantal=self.aantal, ruimte=ruimte)


class TotNuToe(NamedTuple):
    """What was granted before a prestatierecord: the room that maxima leave, what the same prestatie took of them, and
    what it was granted in all, in cents."""

    ruimte: Mapping[Dekkingsleutel, Ruimte]
    zelf: Verbruik
    bedrag: int


NIETS = TotNuToe({}, {}, 0)


class Deel(NamedTuple):
    """What one dekking pays of a prestatie, in cents: in all, what of that before, and now; `aantal` counts to its maximum
    number."""

    gekozen: Gekozen
    post: Post
    eerder: int
    bedrag: int
    aantal: int


class Weging:
    """Weighs plans against what was granted before. `uit` are ids of checks that are not performed."""

    def __init__(self, uit: Collection[str] = ()) -> None:
        self.bedrag_telt = "0430-4" not in uit
        """Whether maximum amounts count."""
        self.aantal_telt = "0425-3" not in uit
        """Whether maximum numbers count."""
        self.eerder_telt = _EERDER_TOEGEKEND not in uit
        """Whether what was granted before for the same prestatie counts."""
        self._dekking_telt = "0430-5" not in uit

    def rekening(self, plan: Plan, tot_nu_toe: TotNuToe = NIETS) -> Rekening:
        """The account of a prestatierecord."""

        def vergoeding(bedrag: int, ruimte: Mapping[Dekkingsleutel, Ruimte] | None = None) -> int:
            return sum(plan.verdeel(bedrag, ruimte))

        ruimte = tot_nu_toe.ruimte
        zonder_maximum = plan.verdeel(plan.berekend)
        per_bedrag = per_aantal = beide = zonder = sum(zonder_maximum)
        # Where all maxima together cut nothing off, none does alone.
        if ruimte and (binnen := plan.verdeel(plan.berekend, self._toegepast(ruimte))) != zonder_maximum:
            alleen_bedrag = {s: r._replace(aantal=None) for s, r in ruimte.items() if self.bedrag_telt}
            alleen_aantal = {s: r._replace(bedrag=None) for s, r in ruimte.items() if self.aantal_telt}
            per_bedrag, per_aantal = vergoeding(plan.berekend, alleen_bedrag), vergoeding(plan.berekend, alleen_aantal)
            beide = sum(binnen)
        gedekt = vergoeding(plan.gedeclareerd) if plan.gedeclareerd != plan.berekend else zonder
        # With the check on cover switched off what falls short counts as covered.
        erbij = 0 if self._dekking_telt else max(0, plan.declaratiebedrag - gedekt)
        return Rekening(
            plan.declaratiebedrag,
            Vergoeding(gedekt + erbij, zonder + erbij, per_bedrag + erbij, per_aantal + erbij, beide + erbij),
            tot_nu_toe.bedrag if self.eerder_telt else 0,
        )

    def besluit(self, plan: Plan, rekening: Rekening, tot_nu_toe: TotNuToe = NIETS) -> Besluit:
        """What the account comes to."""
        toegekend = rekening.toegekend
        aandelen = self._aandelen(plan, rekening, tot_nu_toe) if toegekend else ()
        if toegekend == plan.declaratiebedrag:
            return Besluit((), plan.berekend, toegekend, TOEGEWEZEN, aandelen)
        redenen = tuple(c for c in OORZAKEN if c.functie(rekening))
        if toegekend:
            return Besluit(redenen, plan.berekend, toegekend, DEELS, aandelen)
        alleen_eerder = all(c.id == _EERDER_TOEGEKEND for c in redenen)
        return Besluit(redenen, 0 if alleen_eerder else plan.berekend, 0, AFGEWEZEN)

    def delen(self, plan: Plan, rekening: Rekening, tot_nu_toe: TotNuToe = NIETS) -> Iterator[Deel]:
        """What each dekking pays of the grant: first the basis, and none more than its part of the prestatie.

        Of what was granted before, dekkingen with a maximum paid what they kept count of, the others the rest.
        """
        posten = plan.posten(plan.berekend, self._toegepast(tot_nu_toe.ruimte))
        nog = rekening.toegekend
        zelf = tot_nu_toe.zelf
        onbegrensd = max(0, rekening.eerder - sum(zelf.get(g.sleutel, (0, 0))[0] for g in plan.gekozen))
        for gekozen, post in zip(plan.gekozen, posten, strict=True):
            sleutel, _, d = gekozen
            betaald, geteld = zelf.get(sleutel, (0, 0)) if d.begrensd else (min(post.bedrag, onbegrensd), 0)
            if not d.begrensd:
                onbegrensd -= betaald
            bedrag = min(nog, max(0, post.bedrag - betaald))
            nog -= bedrag
            telt = bedrag > 0 and d.begrensd and plan.prestatie.soort == HONORARIUM
            over = tot_nu_toe.ruimte[sleutel].aantal if sleutel in tot_nu_toe.ruimte else None
            aantal = plan.aantal if over is None else min(plan.aantal, over)
            yield Deel(gekozen, post, betaald, bedrag, max(0, aantal - geteld) if telt else 0)

    def _aandelen(self, plan: Plan, rekening: Rekening, tot_nu_toe: TotNuToe) -> Aandelen:
        """What each dekking with a maximum pays of the grant."""
        return tuple(
            (deel.gekozen.sleutel, deel.bedrag, deel.aantal)
            for deel in self.delen(plan, rekening, tot_nu_toe)
            if deel.bedrag and deel.gekozen.dekking.begrensd
        )

    def _toegepast(self, ruimte: Mapping[Dekkingsleutel, Ruimte]) -> dict[Dekkingsleutel, Ruimte]:
        """The maxima less those whose check is switched off."""
        return {
            s: Ruimte(r.bedrag if self.bedrag_telt else None, r.aantal if self.aantal_telt else None)
            for s, r in ruimte.items()
        }

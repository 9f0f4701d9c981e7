"""From a prestatierecord and the cover that it falls under to a plan: what is granted where nothing went before."""

from __future__ import annotations

from mzsim.domain.covers import Grond
from mzsim.domain.decisions import NIET_BEOORDEELD, TOEGEWEZEN, Besluit
from mzsim.domain.earlier.credits import is_credit
from mzsim.domain.earlier.maxima import periode
from mzsim.domain.earlier.prestatie import HONORARIUM, as_number, kaak, prestatie_van
from mzsim.domain.tariffs import berekend_bedrag
from mzsim.granting.weighing import Grens, Plan, Weging
from mzsim.judging.agreements import Voorwaarden
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import centen, tekst

_HOOGSTE = 99_999_999
"""In cents: what fits in rubriek 0481."""
_ONGEBRUIKT = (0, 0)


class Planmaker:
    """Makes plans under what holds between an insurer and a party. `tarief_telt`: whether check 0424-6 is performed."""

    def __init__(self, voorwaarden: Voorwaarden, weging: Weging, *, tarief_telt: bool) -> None:
        self._voorwaarden = voorwaarden
        self._weging = weging
        self._tarief_telt = tarief_telt

    def plan(self, p: Prestatierecord, grond: Grond) -> Plan:
        """The plan for a record; of a credit in a file whose credits nobody matches, what it says itself."""
        declaratiebedrag = centen(p.declaratiebedrag)
        prestatie = prestatie_van(p)
        nummer = as_number(prestatie)
        if is_credit(p):
            besluit = Besluit((), 0, -declaratiebedrag, TOEGEWEZEN)
            return Plan(nummer, prestatie, 0, 0, 0, 1, 100, (), (), besluit, credit=True)
        plan = Plan(
            nummer,
            prestatie,
            declaratiebedrag,
            self.berekend(p),
            _berekend(p, centen(p.tarief)),
            centen(p.aantal),
            self._voorwaarden.vergoeding(p.datum),
            gekozen=tuple(grond.kies(p)),
            grenzen=(),
            besluit=NIET_BEOORDEELD,
        )
        besluit = self._weging.besluit(plan, self._weging.rekening(plan))
        return plan._replace(besluit=besluit, grenzen=self._grenzen(plan, besluit, tekst(p.datum)))

    def berekend(self, p: Prestatierecord) -> int:
        """B at the declared tariff, or at the insurer's where that is lower."""
        hoogste = self._voorwaarden.kaart.hoogste(p) if self._tarief_telt else None
        return _berekend(p, centen(p.tarief) if hoogste is None else min(centen(p.tarief), hoogste))

    def berekend_bij_afwijzing(self, p: Prestatierecord) -> int:
        """B at the insurer's tariff, of a record that is rejected for its own."""
        return _berekend(p, min(centen(p.tarief), self._voorwaarden.kaart.hoogste(p) or 0))

    def _grenzen(self, plan: Plan, besluit: Besluit, datum: str) -> tuple[Grens, ...]:
        van_kaak = kaak(plan.prestatie)
        telt = plan.prestatie.soort == HONORARIUM
        neemt = {sleutel: (bedrag, aantal) for sleutel, bedrag, aantal in besluit.aandelen}
        return tuple(
            Grens(
                (sleutel, periode(d.per, datum, van_kaak)),
                d.maximum_bedrag if self._weging.bedrag_telt else None,
                d.maximum_aantal if telt and self._weging.aantal_telt else None,
                deel,
                plan.aantal,
                *neemt.get(sleutel, _ONGEBRUIKT),
            )
            for (sleutel, _, d), deel in zip(plan.gekozen, plan.verdeel(plan.berekend), strict=True)
            if d.begrensd
        )


def _berekend(p: Prestatierecord, tarief: int) -> int:
    """B at a tariff, as far as rubriek 0481 has room for it: one cent more than 0426 may be one too many."""
    return min(_HOOGSTE, berekend_bedrag(p, tarief))

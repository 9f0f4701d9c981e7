"""What an insurer received before of some verzekerden: which debet records stand, and what belongs together.

Plain values; `store/history.py` fetches them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from mzsim.domain.earlier.credits import CreditKey, Eerdere, taken_back
from mzsim.domain.earlier.prestatie import KOSTEN
from mzsim.domain.sets import TIJDCODES, Lid, Reeksen, rol_van


class Tegenpost(NamedTuple):
    """What there is to know of a credit's debet: the granted record (None: there is none), whether every such record was
    credited already, and whether the credit leaves a part of its set behind."""

    debet: Eerdere | None
    al_gecrediteerd: bool
    rest_blijft: bool


ONBEKEND = Tegenpost(None, al_gecrediteerd=False, rest_blijft=False)


class Terugblik(NamedTuple):
    """What earlier declarations say about a record: the debet of a credit with a 0433 (None for other records), whether
    a 02 or 04 that stands alone has no 01 or 03 before it, and the reiskosten of that behandelaar and day that were granted."""

    tegenpost: Tegenpost | None = None
    basis_ontbreekt: bool = False
    reiskosten: Eerdere | None = None

    @property
    def debet(self) -> Eerdere | None:
        """The granted record that a credit takes back."""
        return self.tegenpost and self.tegenpost.debet


Herroepen = Callable[[Eerdere], bool]
"""Whether a record of the message at hand credits an earlier one."""


class Verleden:
    """Records that were declared before, oldest first. `gecrediteerd` are the ids of those that this file credits."""

    def __init__(self, rijen: Iterable[Eerdere] = (), gecrediteerd: Collection[int] = ()) -> None:
        oudste_eerst = sorted(rijen)
        self._debet: defaultdict[CreditKey, list[Eerdere]] = defaultdict(list)
        self._per_dag: defaultdict[tuple[str, str], list[Eerdere]] = defaultdict(list)
        self._gecrediteerd = {debet.id for debet in taken_back(oudste_eerst).values()}
        self._nu = gecrediteerd
        for rij in oudste_eerst:
            if not rij.credit:
                self._per_dag[rij.persoon, rij.datum].append(rij)
                if rij.toegekend:
                    self._debet[rij.post].append(rij)

    def _open(self, post: CreditKey) -> Eerdere | None:
        return next((debet for debet in self._debet.get(post, ()) if self.staat(debet)), None)

    def staat(self, debet: Eerdere) -> bool:
        """Whether a debet record was not credited."""
        return debet.id not in self._gecrediteerd and debet.id not in self._nu

    def tegenpost(self, post: CreditKey, herroepen: Herroepen, *, wlz: bool) -> Tegenpost:
        """What a credit for this post finds; only the Wlz asks for whole sets (INV 4.7.1 A9, B7)."""
        debet = self._open(post)
        if debet is None:
            eerder = self._debet.get(post)
            return Tegenpost(eerder[-1], al_gecrediteerd=True, rest_blijft=False) if eerder else ONBEKEND
        blijft = wlz and any(self.staat(lid) and not herroepen(lid) for lid in self._samen(debet))
        return Tegenpost(debet, al_gecrediteerd=False, rest_blijft=blijft)

    def _samen(self, debet: Eerdere) -> list[Eerdere]:
        """The granted records that belong together with one, itself included, and the costs that came after them."""
        dag = [rij for rij in self._per_dag[debet.persoon, debet.datum] if rij.toegekend]
        bericht = [rij for rij in dag if rij.bericht_id == debet.bericht_id]
        plaatsen = _reeksen(bericht).samen(bericht.index(debet))
        samen = [bericht[plaats] for plaats in sorted(plaatsen)]
        if debet.soort in KOSTEN and len(samen) == 1:
            return samen
        bases = {(rij.prestatiecode, rij.behandelaar) for rij in samen if rij.soort not in KOSTEN}
        later = [rij for rij in dag if rij.bericht_id > debet.bericht_id and rij.soort in KOSTEN]
        return samen + [rij for rij in later if (rij.prestatiecode, rij.behandelaar) in bases and _alleen(rij, dag)]

    def heeft_basis(self, kosten: CreditKey, behandelaar: str, herroepen: Herroepen, *, wlz: bool) -> bool:
        """Whether the 01 (A-variant of the Wlz: the 03 of the same behandelaar) of costs was declared before."""
        staand = [
            r for r in self._per_dag.get((kosten.persoon, kosten.datum), ()) if self.staat(r) and not herroepen(r)
        ]
        uren = wlz and any(r.soort == "01" and r.prestatiecode.encode() in TIJDCODES for r in staand)
        return any(
            r.prestatiecode == kosten.prestatiecode
            and (r.soort == "03" and r.behandelaar == behandelaar if uren else r.soort == "01")
            for r in staand
        )


def _reeksen(rijen: list[Eerdere]) -> Reeksen:
    """The sets of some records of one message, verzekerde and day in the Wlz."""
    return Reeksen(_lid(rij) for rij in rijen)


def _lid(rij: Eerdere) -> Lid:
    soort, code = rij.soort.encode(), rij.prestatiecode.encode()
    return Lid(
        regel=rij.id,
        rol=rol_van(soort, code, wlz=True),
        datum=rij.datum.encode(),
        soort=soort,
        code=code,
        behandelaar=rij.behandelaar.encode(),
        credit=False,
        stoeluren=False,
    )


def _alleen(kosten: Eerdere, dag: list[Eerdere]) -> bool:
    """Whether costs were declared without their 01 or 03 (nagekomen)."""
    bericht = [rij for rij in dag if rij.bericht_id == kosten.bericht_id]
    reeksen = _reeksen(bericht)
    return reeksen.nagekomen(bericht.index(kosten))

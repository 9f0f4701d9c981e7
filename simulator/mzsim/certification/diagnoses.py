"""What to repair: patterns in what a vendor's software books wrongly, as a table of predicate, sentence and source.

The first that holds names the cause; one that explains more stands before one that explains less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mzsim.certification.grading import Gebrek, Soort
from mzsim.retour.bookings import Boekuitkomst
from mzsim.standard.retourcodes import NIET_BEOORDEELD


class Diagnose(NamedTuple):
    """A cause: what the software does, what it should do, and where that is written."""

    id: str
    geldt: Callable[[Gebrek], bool]
    zin: str
    herstel: str
    bron: str


class Reparatie(NamedTuple):
    """A cause that was found, with all that it explains; `zin` says of which faulty retour where it is about one."""

    diagnose: Diagnose
    zin: str
    gebreken: tuple[Gebrek, ...]


def _soort(*soorten: Soort) -> Callable[[Gebrek], bool]:
    return lambda g: g.soort in soorten


def _goedgekeurd_vergeten(g: Gebrek) -> bool:
    v = g.verwacht
    if v is None or v.teruggekomen or v.uitkomst is not Boekuitkomst.TOEGEKEND:
        return False
    return g.geboekt is None or (g.geboekt.toegekend == 0 and not {"outcome", "granted"}.isdisjoint(g.velden))


def _niet_beoordeeld_genegeerd(g: Gebrek) -> bool:
    if g.verwacht is None or NIET_BEOORDEELD not in g.verwacht.codes:
        return False
    return g.geboekt is None or g.geboekt.uitkomst is Boekuitkomst.TOEGEKEND or g.geboekt.toegekend != 0


def _iets_toegekend(g: Gebrek) -> bool:
    return g.geboekt is not None and (g.geboekt.toegekend != 0 or g.geboekt.uitkomst is Boekuitkomst.TOEGEKEND)


def _bestand_afgekeurd(g: Gebrek) -> bool:
    return g.boekhouding is not None and g.boekhouding.bestand_afgekeurd and _iets_toegekend(g)


def _vecozo_keurde_af(g: Gebrek) -> bool:
    v, van_vecozo = g.verwacht, g.boekhouding is not None and g.boekhouding.van_vecozo
    return van_vecozo and v is not None and not v.codes and _iets_toegekend(g)


def _geboekt_bedrag(bedrag: Callable[[Gebrek], int | None]) -> Callable[[Gebrek], bool]:
    """Whether another amount was booked as granted; of amounts that tell something, so not of 0."""

    def geldt(g: Gebrek) -> bool:
        return "granted" in g.velden and g.geboekt is not None and g.geboekt.toegekend == bedrag(g) != 0

    return geldt


def _gedeclareerd(g: Gebrek) -> int:
    assert g.verwacht is not None
    return g.verwacht.gedeclareerd


def _berekend(g: Gebrek) -> int | None:
    assert g.verwacht is not None
    return g.verwacht.berekend


def _toegekend_keer(factor: int) -> Callable[[Gebrek], int]:
    def bedrag(g: Gebrek) -> int:
        assert g.verwacht is not None
        return factor * g.verwacht.toegekend

    return bedrag


def _deel_gemist(g: Gebrek) -> bool:
    return (
        g.verwacht is not None
        and g.geboekt is not None
        and g.verwacht.uitkomst is Boekuitkomst.DEELS
        and g.geboekt.toegekend == 0
    )


def _verwisseld(verwacht: Boekuitkomst, geboekt: Boekuitkomst) -> Callable[[Gebrek], bool]:
    return lambda g: bool(
        g.verwacht and g.geboekt and g.verwacht.uitkomst is verwacht and g.geboekt.uitkomst is geboekt
    )


def _alleen(veld: str) -> Callable[[Gebrek], bool]:
    return lambda g: g.velden == (veld,)


def _eerste_code(g: Gebrek) -> bool:
    if g.verwacht is None or g.geboekt is None or g.velden != ("retourcodes",):
        return False
    return len(g.verwacht.codes) > 1 and g.geboekt.codes == g.verwacht.codes[:1]


DIAGNOSES = (
    Diagnose("faulty-accepted", _soort(Soort.AANVAARD, Soort.TOCH_GEBOEKT),
             "accepts a faulty retour: {verstoring}",
             "Check a retour against its declaration first, as mzsim check-retour does; of a faulty one nothing is booked.",
             "INV 3.2 example 3b, 3.3 example 5"),
    Diagnose("good-refused", _soort(Soort.GEWEIGERD),
             "refuses a retour that is in order",
             "mzsim check-retour says of a retour whether anything is wrong with it.",
             "INV 3.2, 3.3"),
    Diagnose("retour-missing", _soort(Soort.RETOUR_ONTBREEKT),
             "does not report on a retour of the pack",
             "Process every retour that pack.json lists, and report on each.", "the pack"),
    Diagnose("retour-unknown", _soort(Soort.RETOUR_ONBEKEND),
             "reports on a retour that is not in the pack",
             "Give case and retour as pack.json names them (id and name).", "the pack"),
    Diagnose("retour-twice", _soort(Soort.RETOUR_DUBBEL),
             "reports on the same retour twice; the first report was graded",
             "Report once on each retour; book a retour that comes a second time no second time.", "the pack"),
    Diagnose("approved-not-booked", _goedgekeurd_vergeten,
             "approved records that don't come back are not booked",
             "Book every record of the declaration: what does not come back is granted in full, and 8001 grants all of it.",
             "INV 3.2 example 1, 3.3 example 4"),
    Diagnose("8002-ignored", _niet_beoordeeld_genegeerd,
             "8002 is ignored",
             "A record with 8002 was not judged, because of the record above it: nothing of it is granted.",
             "INV 3.3 example 4a"),
    Diagnose("rejected-file-granted", _bestand_afgekeurd,
             "books an amount of a file that was rejected as a whole (0001)",
             "Of a rejected file no record is judged and nothing is granted; repair it and declare it again.",
             "INV 3.2 examples 2a, 2b and 3a"),
    Diagnose("vecozo-granted", _vecozo_keurde_af,
             "books an amount of a declaration that VECOZO rejected on its records",
             "With VECOZO's retour (0181 begins with VECOZO) nothing has reached the insurer: 0200 on a record is no approval.",
             "INV 3.3 examples 4b and 6"),
    Diagnose("declared-booked", _geboekt_bedrag(_gedeclareerd),
             "books the declared amount where less is granted",
             "Book rubriek 0483 (bedrag toegekend) of a record that comes back, not 0430.",
             "INV 2.3.16, BER 0483"),
    Diagnose("calculated-booked", _geboekt_bedrag(_berekend),
             "books the calculated amount of the insurer (0481) as granted",
             "Book rubriek 0483 (bedrag toegekend); 0481 is what the insurer reckons with.",
             "BER 0481, 0483"),
    Diagnose("sign", _geboekt_bedrag(_toegekend_keer(-1)),
             "books an amount with the wrong sign",
             "Rubriek 0484 (and 0431 in the declaration) says C for a credit: its amounts are negative.",
             "BER 0431, 0484"),
    Diagnose("cents", _geboekt_bedrag(_toegekend_keer(100)),
             "reads an amount as euro where it is in cents",
             "Amounts in a message have two decimals that are not written as such.",
             "BER 0483"),
    Diagnose("part-not-booked", _deel_gemist,
             "books nothing where a part is granted",
             "A record that comes back with a code may be granted in part: rubriek 0483 says how much.",
             "INV 2.3.16, BER 0483"),
    Diagnose("rejected-as-unjudged", _verwisseld(Boekuitkomst.AFGEWEZEN, Boekuitkomst.NIET_BEOORDEELD),
             "books as not judged what was rejected",
             "A record with an objection of its own is rejected; only 8002, a rejected file and VECOZO's 0200 leave it unjudged.",
             "INV 3.3 examples 4a and 4b"),
    Diagnose("unjudged-as-rejected", _verwisseld(Boekuitkomst.NIET_BEOORDEELD, Boekuitkomst.AFGEWEZEN),
             "books as rejected what was not judged",
             "Nothing is wrong with the record itself: it can be declared again when the cause above it is repaired.",
             "INV 3.3 example 4a"),
    Diagnose("left", _alleen("left"),
             "reckons what is left otherwise than declared less granted",
             "What is left is the declared amount less what is granted; of a rejected record all of it, of a credit negative.",
             "INV 4.6.2"),
    Diagnose("first-code-only", _eerste_code,
             "reads the first retourcode of a record only",
             "A record has place for three retourcodes (0496-0498); show them all.",
             "BER 0496-0498"),
    Diagnose("codes", _alleen("retourcodes"),
             "shows other retourcodes on a record than it has",
             "Show the codes of rubrieken 0496-0498 of the record itself.",
             "BER 0496-0498"),
    Diagnose("retour-codes", _soort(Soort.RETOURCODES),
             "shows other retourcodes of the retour than it has",
             "Show the codes of the other records too (0196, 0296, 0396, 9896): they give the cause of 8002 and 0001.",
             "INV 3.2 example 2b, 3.3 example 4a"),
    Diagnose("not-booked", _soort(Soort.ONTBREEKT),
             "does not book a record that came back",
             "Every prestatierecord of the declaration has a booking, rejected ones too.", "INV 3.3"),
    Diagnose("booked-twice", _soort(Soort.DUBBEL),
             "books a record twice",
             "Every prestatierecord of the declaration has one booking.", "INV 2.3.17"),
    Diagnose("unknown-booked", _soort(Soort.ONBEKEND),
             "books a record that is not in the declaration",
             "Report the referentienummer as it stands in rubriek 0432, with its leading zeros.", "BER 0432"),
    Diagnose("otherwise", _soort(Soort.ANDERS),
             "books a record otherwise than the retour says",
             "mzsim explain puts the retour in words.", "INV 3.3"),
)  # fmt: skip
"""Together they hold for every Gebrek."""


def diagnose(gebrek: Gebrek) -> Diagnose:
    """What a defect points at."""
    return next(d for d in DIAGNOSES if d.geldt(gebrek))


def reparaties(gebreken: Iterable[Gebrek]) -> list[Reparatie]:
    """What to repair, what explains most first."""
    per: dict[tuple[str, str], list[Gebrek]] = {}
    van = {d.id: d for d in DIAGNOSES}
    for gebrek in gebreken:
        d = diagnose(gebrek)
        per.setdefault((d.id, d.zin.format(verstoring=gebrek.verstoring)), []).append(gebrek)
    gevonden = [Reparatie(van[id], zin, tuple(alle)) for (id, zin), alle in per.items()]
    return sorted(gevonden, key=lambda r: -len(r.gebreken))

"""Care for people who live in an institution (message 250): by the hour (A-variant) and by the prestatie (B-variant).

INV 4.7.1, 4.8. The price of travelling is an example of our own: the list holds none.
"""

from __future__ import annotations

from mzsim.generation.profiles.shape import Aanbieder, Bezoek, Plek, Profiel, Regel, dekking

_UREN = Regel("U35", aantal=(3, 18))
_UREN_INSTELLING = Regel("U25", aantal=(3, 18))


def _gedaan(
    code: str, plek: Plek = Plek.GEEN, vlakken: int = 0, kosten: tuple[int, int] | None = None, kans: int = 100
) -> Regel:
    """What was done in the hours: a record 03."""
    return Regel(code, plek, vlakken=vlakken, kosten=kosten, kans=kans, soort="03")


_BEZOEKEN = (
    Bezoek(8, (_UREN, _gedaan("C002"), _gedaan("M03", kans=70), Regel("X10", aantal=(1, 2), kans=40)), eens="controle"),
    Bezoek(4, (_UREN_INSTELLING, _gedaan("V40", Plek.ELEMENT))),
    Bezoek(5, (_UREN, _gedaan("M03"), _gedaan("M01", kans=50)), door="87"),
    Bezoek(4, (_UREN, _gedaan("A10"), _gedaan("V92", Plek.ELEMENT, vlakken=2), _gedaan("V91", Plek.ELEMENT, vlakken=1, kans=50))),
    Bezoek(3, (_UREN_INSTELLING, _gedaan("H11", Plek.ELEMENT), _gedaan("H16", Plek.VOLGEND, kans=30))),
    Bezoek(3, (_UREN, _gedaan("P022", kosten=(45_000, 75_000))), eens="prothese"),
    Bezoek(3, (_UREN_INSTELLING, _gedaan("P068", Plek.KAAK, kosten=(2_500, 6_000))), eens="prothese"),
    Bezoek(2, (Regel("V91", Plek.ELEMENT, vlakken=1), Regel("A10", kans=60)), bijzonder="020"),
    Bezoek(2, (Regel("R24", Plek.ELEMENT, kosten=(15_000, 32_500)), Regel("A10", kans=60)), bijzonder="020", eens="kroon"),
    Bezoek(1, (Regel("X21"),), bijzonder="020", eens="overzicht"),
    Bezoek(2, (Regel("M03", aantal=(2, 6)),), door="87"),
    Bezoek(2, (Regel("X10", aantal=(1, 2)),)),
)  # fmt: skip

PROFIEL = Profiel(
    letter="W",
    omschrijving="Wlz, to a zorgkantoor: by the hour with 03 records (A-variant) and by the prestatie (B-variant)",
    declarant=Aanbieder("53012345", "Centrum voor mondzorg in de Wlz"),
    instelling=True,
    aanbieders=(Aanbieder("12004567", "T. Andarts"), Aanbieder("87004567", "M. Ondhygienist")),
    bezoeken=_BEZOEKEN,
    basis={"code": "WLZ", "soort": "wlz", "dekkingen": [dekking(100, "*")]},
    leeftijd=(18, 200),
    wlz=True,
    reizen=(Regel("WRK001", aantal=(4, 60), tarief=35), Regel("WRK002", tarief=850)),
)

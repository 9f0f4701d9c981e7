"""Care for people who live in an institution (message 250): by the hour (A-variant) and by the prestatie (B-variant).

INV 4.7.1, 4.8. The price of travelling is an example of our own: the list holds none.
"""

from __future__ import annotations

from mzsim.generation.profiles.shape import PlaceInMouth, Profile, Provider, Visit, VisitLine, dekking

_HOURS = VisitLine("U35", aantal=(3, 18))
_HOURS_INSTELLING = VisitLine("U25", aantal=(3, 18))


def _done(
    code: str,
    location: PlaceInMouth = PlaceInMouth.GEEN,
    surfaces: int = 0,
    costs: tuple[int, int] | None = None,
    chance: int = 100,
) -> VisitLine:
    """What was done in the hours: a record 03."""
    return VisitLine(code, location, surfaces=surfaces, costs=costs, chance=chance, kind="03")


_VISITS = (
    Visit(8, (_HOURS, _done("C002"), _done("M03", chance=70), VisitLine("X10", aantal=(1, 2), chance=40)), once="controle"),
    Visit(4, (_HOURS_INSTELLING, _done("V40", PlaceInMouth.ELEMENT))),
    Visit(5, (_HOURS, _done("M03"), _done("M01", chance=50)), by="87"),
    Visit(4, (_HOURS, _done("A10"), _done("V92", PlaceInMouth.ELEMENT, surfaces=2),
              _done("V91", PlaceInMouth.ELEMENT, surfaces=1, chance=50))),
    Visit(3, (_HOURS_INSTELLING, _done("H11", PlaceInMouth.ELEMENT), _done("H16", PlaceInMouth.NEXT, chance=30))),
    Visit(3, (_HOURS, _done("P022", costs=(45_000, 75_000))), once="prothese"),
    Visit(3, (_HOURS_INSTELLING, _done("P068", PlaceInMouth.JAW, costs=(2_500, 6_000))), once="prothese"),
    Visit(2, (VisitLine("V91", PlaceInMouth.ELEMENT, surfaces=1), VisitLine("A10", chance=60)), special="020"),
    Visit(2, (VisitLine("R24", PlaceInMouth.ELEMENT, costs=(15_000, 32_500)), VisitLine("A10", chance=60)),
          special="020", once="kroon"),
    Visit(1, (VisitLine("X21"),), special="020", once="overzicht"),
    Visit(2, (VisitLine("M03", aantal=(2, 6)),), by="87"),
    Visit(2, (VisitLine("X10", aantal=(1, 2)),)),
)  # fmt: skip

PROFILE = Profile(
    letter="W",
    description="Wlz, to a zorgkantoor: by the hour with 03 records (A-variant) and by the prestatie (B-variant)",
    declarant=Provider("53012345", "Centrum voor mondzorg in de Wlz"),
    instelling=True,
    providers=(Provider("12004567", "T. Andarts"), Provider("87004567", "M. Ondhygienist")),
    visits=_VISITS,
    basis={"code": "WLZ", "soort": "wlz", "dekkingen": [dekking(100, "*")]},
    age=(18, 200),
    wlz=True,
    journeys=(VisitLine("WRK001", aantal=(4, 60), tariff=35), VisitLine("WRK002", tariff=850)),
)

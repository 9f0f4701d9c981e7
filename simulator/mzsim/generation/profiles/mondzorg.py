"""A general practice: a dentist, his colleague and a mondhygiënist."""

from __future__ import annotations

from mzsim.generation.profiles.shape import (
    ADULT,
    YOUTH,
    PlaceInMouth,
    Profile,
    Provider,
    Teeth,
    Visit,
    VisitLine,
    dekking,
)

_A10 = VisitLine("A10", chance=80)
_XRAY = VisitLine("X10", aantal=(1, 2), chance=50)
_RUBBERDAM = VisitLine("C022", chance=60)


def _filling(code: str, surfaces: int) -> Visit:
    filling = VisitLine(code, PlaceInMouth.ELEMENT, surfaces=surfaces)
    return Visit(6, (_A10, _RUBBERDAM, filling, _XRAY), age=(4, 200))


def _root_canal(code: str, canals: int, teeth: Teeth) -> Visit:
    lines = (
        _A10,
        VisitLine("C022"),
        VisitLine(code, PlaceInMouth.ELEMENT),
        VisitLine("E85", PlaceInMouth.SAME, chance=70),
        VisitLine("X10", aantal=(2, 3)),
    )
    return Visit(2, lines, age=(14, 200), teeth=teeth)


def _crown(code: str, least: int, most: int) -> Visit:
    return Visit(2, (_A10, VisitLine(code, PlaceInMouth.ELEMENT, costs=(least, most))), age=(20, 200))


def _prothese(code: str, weight: int, costs: tuple[int, int], *added: VisitLine, jaw: str | None = None) -> Visit:
    location = PlaceInMouth.JAW if code not in ("P020", "P021", "P022") else PlaceInMouth.GEEN
    return Visit(weight, (VisitLine(code, location, costs=costs), *added), age=(55, 200), once="prothese", jaw=jaw)


_VISITS = (
    Visit(30, (VisitLine("C002"), VisitLine("M03", aantal=(1, 4), chance=70), _XRAY), once="controle"),
    Visit(3, (VisitLine("C001"), VisitLine("X21", chance=50)), once="controle", age=(8, 200)),
    Visit(10, (VisitLine("M03", aantal=(2, 8)),), by="87", age=(8, 200)),
    Visit(5, (VisitLine("M01", aantal=(2, 4)), VisitLine("M03", aantal=(2, 4))), by="87"),
    Visit(4, (VisitLine("M01", aantal=(1, 3)),), by="87"),
    Visit(2, (VisitLine("M02", aantal=(1, 3)),), by="87", once="evaluatie"),
    Visit(4, (VisitLine("C003"), _XRAY), once="controle"),
    Visit(5, (VisitLine("M40", PlaceInMouth.JAW),), by="87", age=(6, 18)),
    Visit(
        6,
        (VisitLine("V30", PlaceInMouth.ELEMENT), VisitLine("V35", PlaceInMouth.NEXT, chance=80)),
        by="87",
        age=(7, 18),
        teeth=Teeth.CHOOSE,
    ),
    _filling("V91", 1),
    _filling("V92", 2),
    _filling("V93", 3),
    _filling("V81", 1),
    _filling("V94", 4)._replace(weight=2),
    _root_canal("E13", 1, Teeth.FRONT),
    _root_canal("E16", 3, Teeth.CHOOSE),
    Visit(3, (VisitLine("H11", PlaceInMouth.ELEMENT), VisitLine("H16", PlaceInMouth.NEXT, chance=40)), age=(6, 200)),
    Visit(
        1,
        (VisitLine("H35", PlaceInMouth.ELEMENT), VisitLine("H21", chance=80), VisitLine("X21", chance=50)),
        age=(18, 200),
        teeth=Teeth.CHOOSE,
    ),
    _crown("R24", 15_000, 32_500),
    _crown("R10", 12_500, 22_500),
    _crown("R79", 17_500, 35_000),
    Visit(1, (VisitLine("R74", PlaceInMouth.ELEMENT, costs=(500, 2_500)),), age=(20, 200)),
    Visit(2, (VisitLine("T042"), VisitLine("M32", costs=(2_000, 4_500), chance=20)), age=(30, 200), once="parodontaal"),
    Visit(1, (VisitLine("G69", costs=(7_500, 15_000)),), age=(18, 200), once="opbeetplaat"),
    _prothese("P022", 3, (35_000, 62_500), VisitLine("P040", PlaceInMouth.JAW, chance=60), VisitLine("P043", chance=60)),
    _prothese("P020", 2, (20_000, 35_000), VisitLine("P040", PlaceInMouth.JAW, chance=60), jaw="1"),
    _prothese("P004", 2, (25_000, 45_000), VisitLine("P041", PlaceInMouth.JAW, chance=60)),
    _prothese("P068", 3, (2_500, 6_000)),
    _prothese("P062", 3, (7_500, 15_000)),
)  # fmt: skip

_USUAL = ("C*", "X*", "M*", "A*", "V*", "E*", "H*", "T*", "G*")

PROFILE = Profile(
    letter="M",
    description="general practice: check-ups, fillings, root canals, extractions, crowns, dentures",
    declarant=Provider("12012345", "Mondzorg aan de Dorpsstraat"),
    instelling=False,
    providers=(
        Provider("12004567", "T. Andarts"),
        Provider("12004568", "K. Ollega"),
        Provider("87004567", "M. Ondhygienist"),
    ),
    visits=_VISITS,
    basis={
        "code": "BASIS",
        "soort": "basis",
        "dekkingen": [
            dekking(100, *_USUAL, **YOUTH),
            dekking(75, "P00*", "P02*", "P04*", **ADULT),
            dekking(90, "P06*", **ADULT),
        ],
    },
    supplementary={
        "code": "TAND",
        "soort": "aanvullend",
        "dekkingen": [
            dekking(100, *_USUAL, **ADULT),
            dekking(80, "R*", **ADULT),
            dekking(75, "P*", **ADULT, over="eigen_bijdrage"),
        ],
    },
    ladder=(250, 500, 750, 1000, 1500, 2500, 5000),
)

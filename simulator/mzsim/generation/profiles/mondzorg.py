"""A general practice: a dentist, his colleague and a mondhygiënist."""

from __future__ import annotations

from mzsim.generation.profiles.shape import (
    JEUGD,
    VOLWASSEN,
    Aanbieder,
    Bezoek,
    Gebit,
    Plek,
    Profiel,
    Regel,
    dekking,
)

_A10 = Regel("A10", kans=80)
_FOTO = Regel("X10", aantal=(1, 2), kans=50)
_RUBBERDAM = Regel("C022", kans=60)


def _vulling(code: str, vlakken: int) -> Bezoek:
    vulling = Regel(code, Plek.ELEMENT, vlakken=vlakken)
    return Bezoek(6, (_A10, _RUBBERDAM, vulling, _FOTO), leeftijd=(4, 200))


def _wortelkanaal(code: str, kanalen: int, gebit: Gebit) -> Bezoek:
    regels = (
        _A10,
        Regel("C022"),
        Regel(code, Plek.ELEMENT),
        Regel("E85", Plek.ZELFDE, kans=70),
        Regel("X10", aantal=(2, 3)),
    )
    return Bezoek(2, regels, leeftijd=(14, 200), gebit=gebit)


def _kroon(code: str, minst: int, meest: int) -> Bezoek:
    return Bezoek(2, (_A10, Regel(code, Plek.ELEMENT, kosten=(minst, meest))), leeftijd=(20, 200))


def _prothese(code: str, gewicht: int, kosten: tuple[int, int], *erbij: Regel, kaak: str | None = None) -> Bezoek:
    plek = Plek.KAAK if code not in ("P020", "P021", "P022") else Plek.GEEN
    return Bezoek(gewicht, (Regel(code, plek, kosten=kosten), *erbij), leeftijd=(55, 200), eens="prothese", kaak=kaak)


_BEZOEKEN = (
    Bezoek(30, (Regel("C002"), Regel("M03", aantal=(1, 4), kans=70), _FOTO), eens="controle"),
    Bezoek(3, (Regel("C001"), Regel("X21", kans=50)), eens="controle", leeftijd=(8, 200)),
    Bezoek(10, (Regel("M03", aantal=(2, 8)),), door="87", leeftijd=(8, 200)),
    Bezoek(5, (Regel("M01", aantal=(2, 4)), Regel("M03", aantal=(2, 4))), door="87"),
    Bezoek(4, (Regel("M01", aantal=(1, 3)),), door="87"),
    Bezoek(2, (Regel("M02", aantal=(1, 3)),), door="87", eens="evaluatie"),
    Bezoek(4, (Regel("C003"), _FOTO), eens="controle"),
    Bezoek(5, (Regel("M40", Plek.KAAK),), door="87", leeftijd=(6, 18)),
    Bezoek(
        6,
        (Regel("V30", Plek.ELEMENT), Regel("V35", Plek.VOLGEND, kans=80)),
        door="87",
        leeftijd=(7, 18),
        gebit=Gebit.KIEZEN,
    ),
    _vulling("V91", 1),
    _vulling("V92", 2),
    _vulling("V93", 3),
    _vulling("V81", 1),
    _vulling("V94", 4)._replace(gewicht=2),
    _wortelkanaal("E13", 1, Gebit.FRONT),
    _wortelkanaal("E16", 3, Gebit.KIEZEN),
    Bezoek(3, (Regel("H11", Plek.ELEMENT), Regel("H16", Plek.VOLGEND, kans=40)), leeftijd=(6, 200)),
    Bezoek(
        1, (Regel("H35", Plek.ELEMENT), Regel("H21", kans=80), Regel("X21", kans=50)), leeftijd=(18, 200), gebit=Gebit.KIEZEN
    ),
    _kroon("R24", 15_000, 32_500),
    _kroon("R10", 12_500, 22_500),
    _kroon("R79", 17_500, 35_000),
    Bezoek(1, (Regel("R74", Plek.ELEMENT, kosten=(500, 2_500)),), leeftijd=(20, 200)),
    Bezoek(2, (Regel("T042"), Regel("M32", kosten=(2_000, 4_500), kans=20)), leeftijd=(30, 200), eens="parodontaal"),
    Bezoek(1, (Regel("G69", kosten=(7_500, 15_000)),), leeftijd=(18, 200), eens="opbeetplaat"),
    _prothese("P022", 3, (35_000, 62_500), Regel("P040", Plek.KAAK, kans=60), Regel("P043", kans=60)),
    _prothese("P020", 2, (20_000, 35_000), Regel("P040", Plek.KAAK, kans=60), kaak="1"),
    _prothese("P004", 2, (25_000, 45_000), Regel("P041", Plek.KAAK, kans=60)),
    _prothese("P068", 3, (2_500, 6_000)),
    _prothese("P062", 3, (7_500, 15_000)),
)  # fmt: skip

_GEWOON = ("C*", "X*", "M*", "A*", "V*", "E*", "H*", "T*", "G*")

PROFIEL = Profiel(
    letter="M",
    omschrijving="general practice: check-ups, fillings, root canals, extractions, crowns, dentures",
    declarant=Aanbieder("12012345", "Mondzorg aan de Dorpsstraat"),
    instelling=False,
    aanbieders=(
        Aanbieder("12004567", "T. Andarts"),
        Aanbieder("12004568", "K. Ollega"),
        Aanbieder("87004567", "M. Ondhygienist"),
    ),
    bezoeken=_BEZOEKEN,
    basis={
        "code": "BASIS",
        "soort": "basis",
        "dekkingen": [
            dekking(100, *_GEWOON, **JEUGD),
            dekking(75, "P00*", "P02*", "P04*", **VOLWASSEN),
            dekking(90, "P06*", **VOLWASSEN),
        ],
    },
    aanvullend={
        "code": "TAND",
        "soort": "aanvullend",
        "dekkingen": [
            dekking(100, *_GEWOON, **VOLWASSEN),
            dekking(80, "R*", **VOLWASSEN),
            dekking(75, "P*", **VOLWASSEN, over="eigen_bijdrage"),
        ],
    },
    ladder=(250, 500, 750, 1000, 1500, 2500, 5000),
)

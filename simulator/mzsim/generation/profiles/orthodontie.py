"""An orthodontist, at the tariffs of category A; the costs are examples of our own."""

from __future__ import annotations

from mzsim.generation.profiles.shape import JEUGD, Aanbieder, Bezoek, Gebit, Plek, Profiel, Regel, dekking

# A brace consultation is not of the calendar month in which the brace was placed: a patient has one or the other.


def _plaatsing(code: str, kosten: tuple[int, int]) -> Bezoek:
    return Bezoek(4, (Regel(code, kosten=kosten),), door="13", eens="beugel")


_BEZOEKEN = (
    Bezoek(4, (Regel("F121"),), door="13", eens="consult"),
    Bezoek(
        6,
        (
            Regel("F125", kosten=(2_000, 4_500)),
            Regel("F126"),
            Regel("F155"),
            Regel("F156", kans=90),
            Regel("F157"),
            Regel("F158", kans=90),
        ),
        door="13",
        eens="onderzoek",
    ),
    Bezoek(2, (Regel("F130"),), door="13", eens="onderzoek"),
    _plaatsing("F411", (7_500, 17_500)),
    _plaatsing("F431", (12_500, 25_000)),
    _plaatsing("F451", (10_000, 22_500)),
    _plaatsing("F461", (15_000, 32_500)),
    Bezoek(9, (Regel("F515"),), door="13", eens="beugel"),
    Bezoek(
        9,
        (Regel("F516"), Regel("F612", kosten=(500, 1_500), kans=20)),
        door="13",
        eens="beugel",
    ),
    Bezoek(3, (Regel("F531"),), door="13", eens="nacontrole"),
    Bezoek(3, (Regel("F724", aantal=(1, 3)),), door="13"),
    Bezoek(2, (Regel("F151", aantal=(1, 2)),), door="13"),
    Bezoek(2, (Regel("F721", Plek.ELEMENT), Regel("F722", Plek.VOLGEND, kans=60)), door="13", gebit=Gebit.KIEZEN, eens="trekken"),
    Bezoek(2, (Regel("F813", Plek.KAAK, kosten=(2_500, 6_000)),), door="13", eens="retentie"),
    Bezoek(2, (Regel("F811", kosten=(2_500, 9_500)),), door="13", eens="reparatie"),
    Bezoek(1, (Regel("F716", kosten=(2_000, 5_000)),), door="13", eens="mondbeschermer"),
)  # fmt: skip

PROFIEL = Profiel(
    letter="O",
    omschrijving="orthodontist: examination, braces and monthly consults of minors",
    declarant=Aanbieder("13012345", "Orthodontie aan het Plein"),
    instelling=False,
    aanbieders=(Aanbieder("13004567", "O. Rthodontist"),),
    bezoeken=_BEZOEKEN,
    basis={"code": "BASIS", "soort": "basis", "dekkingen": [dekking(100, "C*", "X*", "M*", "V*", **JEUGD)]},
    aanvullend={"code": "ORTHO", "soort": "aanvullend", "dekkingen": [dekking(100, "F*", **JEUGD)]},
    ladder=(500, 1000, 1500, 2500),
    leeftijd=(9, 18),
)

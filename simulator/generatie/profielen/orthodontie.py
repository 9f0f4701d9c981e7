"""An orthodontist. The list has no tariff where one differs by category: those amounts are examples of our own."""

from __future__ import annotations

from simulator.generatie.profielen.vorm import JEUGD, Aanbieder, Bezoek, Gebit, Plek, Profiel, Regel, dekking

# A brace consultation is not of the calendar month in which the brace was placed: a patient has one or the other.


def _plaatsing(code: str, tarief: int, kosten: tuple[int, int]) -> Bezoek:
    return Bezoek(4, (Regel(code, kosten=kosten, tarief=tarief),), door="13", eens="beugel")


_BEZOEKEN = (
    Bezoek(4, (Regel("F121"),), door="13", eens="consult"),
    Bezoek(
        6,
        (
            Regel("F125", tarief=2_100, kosten=(2_000, 4_500)),
            Regel("F126", tarief=7_900),
            Regel("F155", tarief=4_035),
            Regel("F156", tarief=2_365, kans=90),
            Regel("F157", tarief=3_300),
            Regel("F158", tarief=2_365, kans=90),
        ),
        door="13",
        eens="onderzoek",
    ),
    Bezoek(2, (Regel("F130"),), door="13", eens="onderzoek"),
    _plaatsing("F411", 18_200, (7_500, 17_500)),
    _plaatsing("F431", 30_100, (12_500, 25_000)),
    _plaatsing("F451", 44_800, (10_000, 22_500)),
    _plaatsing("F461", 66_300, (15_000, 32_500)),
    Bezoek(9, (Regel("F515", tarief=5_100),), door="13", eens="beugel"),
    Bezoek(
        9,
        (Regel("F516", tarief=5_900), Regel("F612", tarief=1_500, kosten=(500, 1_500), kans=20)),
        door="13",
        eens="beugel",
    ),
    Bezoek(3, (Regel("F531", tarief=3_300),), door="13", eens="nacontrole"),
    Bezoek(3, (Regel("F724", aantal=(1, 3)),), door="13"),
    Bezoek(2, (Regel("F151", aantal=(1, 2)),), door="13"),
    Bezoek(2, (Regel("F721", Plek.ELEMENT), Regel("F722", Plek.VOLGEND, kans=60)), door="13", gebit=Gebit.KIEZEN, eens="trekken"),
    Bezoek(2, (Regel("F813", Plek.KAAK, tarief=8_100, kosten=(2_500, 6_000)),), door="13", eens="retentie"),
    Bezoek(2, (Regel("F811", tarief=6_600, kosten=(2_500, 9_500)),), door="13", eens="reparatie"),
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

"""An orthodontist, with prestaties of category A; the costs are examples of our own."""

from __future__ import annotations

from mzsim.generation.profiles.shape import YOUTH, PlaceInMouth, Profile, Provider, Teeth, Visit, VisitLine, dekking

# A brace consultation is not of the calendar month in which the brace was placed: a patient has one or the other.


def _placing(code: str, costs: tuple[int, int]) -> Visit:
    return Visit(4, (VisitLine(code, costs=costs),), by="13", once="beugel")


_VISITS = (
    Visit(4, (VisitLine("F121A"),), by="13", once="consult"),
    Visit(
        6,
        (
            VisitLine("F125A", costs=(2_000, 4_500)),
            VisitLine("F126A"),
            VisitLine("F155A"),
            VisitLine("F156A", chance=90),
            VisitLine("F157A"),
            VisitLine("F158A", chance=90),
        ),
        by="13",
        once="onderzoek",
    ),
    Visit(2, (VisitLine("F130A"),), by="13", once="onderzoek"),
    _placing("F411A", (7_500, 17_500)),
    _placing("F431A", (12_500, 25_000)),
    _placing("F451A", (10_000, 22_500)),
    _placing("F461A", (15_000, 32_500)),
    Visit(9, (VisitLine("F515A"),), by="13", once="beugel"),
    Visit(
        9,
        (VisitLine("F516A"), VisitLine("F612A", costs=(500, 1_500), chance=20)),
        by="13",
        once="beugel",
    ),
    Visit(3, (VisitLine("F531A"),), by="13", once="nacontrole"),
    Visit(3, (VisitLine("F724A", aantal=(1, 3)),), by="13"),
    Visit(2, (VisitLine("F151A", aantal=(1, 2)),), by="13"),
    Visit(2, (VisitLine("F721A", PlaceInMouth.ELEMENT), VisitLine("F722A", PlaceInMouth.NEXT, chance=60)),
        by="13", teeth=Teeth.CHOOSE, once="trekken"),
    Visit(2, (VisitLine("F813A", PlaceInMouth.JAW, costs=(2_500, 6_000)),), by="13", once="retentie"),
    Visit(2, (VisitLine("F811A", costs=(2_500, 9_500)),), by="13", once="reparatie"),
    Visit(1, (VisitLine("F716A", costs=(2_000, 5_000)),), by="13", once="mondbeschermer"),
)  # fmt: skip

PROFILE = Profile(
    letter="O",
    description="orthodontist: examination, braces and monthly consults of minors",
    declarant=Provider("13012345", "Orthodontie aan het Plein"),
    instelling=False,
    providers=(Provider("13004567", "O. Rthodontist"),),
    visits=_VISITS,
    basis={"code": "BASIS", "soort": "basis", "dekkingen": [dekking(100, "C*", "X*", "M*", "V*", **YOUTH)]},
    supplementary={"code": "ORTHO", "soort": "aanvullend", "dekkingen": [dekking(100, "F*", **YOUTH)]},
    ladder=(500, 1000, 1500, 2500),
    age=(9, 18),
)

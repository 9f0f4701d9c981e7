"""A practice for implants: of the elderly with an edentulous jaw (bijzondere tandheelkunde, with an authorisation), and of
adults with a single tooth missing (aanvullende verzekering)."""

from __future__ import annotations

from mzsim.generation.profiles.shape import (
    ADULT,
    PlaceInMouth,
    Profile,
    Provider,
    Teeth,
    Visit,
    VisitLine,
    dekking,
)

_OLD = (50, 200)
_EDENTULOUS = ("J0*", "J1*")
"""What the authorisation of an edentulous jaw is for."""


def _edentulous(weight: int, *lines: VisitLine, once: str, jaw: str = "2") -> Visit:
    """010 stands for a kind of bijzondere tandheelkunde (COD859 is not public)."""
    return Visit(
        weight,
        lines,
        age=_OLD,
        teeth=Teeth.LOWER_FRONT,
        once=once,
        machtiging=_EDENTULOUS,
        special="010",
        jaw=jaw,
    )


_VISITS = (
    _edentulous(4, VisitLine("J010"), once="onderzoek"),
    _edentulous(3, VisitLine("J011", costs=(2_500, 7_500)), once="onderzoek-2"),
    _edentulous(
        6,
        VisitLine("J040", PlaceInMouth.ELEMENT),
        VisitLine("J057", PlaceInMouth.SAME),
        VisitLine("J041", PlaceInMouth.NEXT),
        VisitLine("J057", PlaceInMouth.SAME),
        VisitLine("J001", PlaceInMouth.JAW),
        once="implantaat",
    ),
    _edentulous(
        4,
        VisitLine("J070", PlaceInMouth.JAW, costs=(7_500, 15_000)),
        VisitLine("J071", PlaceInMouth.JAW, costs=(5_000, 9_500)),
        once="drukknop",
    ),
    _edentulous(5, VisitLine("J080", costs=(65_000, 95_000)), once="klikgebit"),
    _edentulous(3, VisitLine("J081", costs=(45_000, 70_000)), once="klikgebit"),
    _edentulous(2, VisitLine("J105", PlaceInMouth.JAW, costs=(2_500, 7_500)), once="klikgebit"),
    _edentulous(2, VisitLine("J100", PlaceInMouth.JAW, costs=(7_500, 12_500)), once="klikgebit"),
    Visit(4, (VisitLine("C001"), VisitLine("X21")), age=(18, 200), once="intake"),
    Visit(
        5,
        (
            VisitLine("J040", PlaceInMouth.ELEMENT),
            VisitLine("J057", PlaceInMouth.SAME),
            VisitLine("J001", PlaceInMouth.JAW),
            VisitLine("X10", chance=80),
        ),
        age=(20, 50),
        once="implantaat",
    ),
    Visit(3, (VisitLine("J042", PlaceInMouth.ELEMENT, costs=(2_000, 4_500)),), age=(20, 50), once="tandvleesvormer"),
    Visit(4, (VisitLine("R34", PlaceInMouth.ELEMENT, costs=(25_000, 45_000)),), age=(20, 200), once="kroon"),
    # Aftercare begins half a year after an implant: a patient has one or the other.
    Visit(4, (VisitLine("J090"),), age=(18, 200), once="implantaat"),
    Visit(4, (VisitLine("X10", aantal=(1, 2)),), age=(18, 200)),
    Visit(4, (VisitLine("M03", aantal=(2, 6)),), age=(18, 200)),
)  # fmt: skip

PROFILE = Profile(
    letter="I",
    description="implants: edentulous jaws with an authorisation, and single teeth",
    declarant=Provider("12054321", "Implantologie bij de Singel"),
    instelling=False,
    providers=(Provider("12007654", "I. Mplantoloog"),),
    visits=_VISITS,
    basis={
        "code": "BASIS",
        "soort": "basis",
        "dekkingen": [
            dekking(90, "J08*", "J10*", **ADULT, bijzondere_tandheelkunde=True, machtiging=True),
            dekking(100, *_EDENTULOUS, **ADULT, bijzondere_tandheelkunde=True, machtiging=True),
        ],
    },
    supplementary={
        "code": "IMPLANTAAT",
        "soort": "aanvullend",
        "dekkingen": [
            dekking(80, "J*", "R*", **ADULT, bijzondere_tandheelkunde=False),
            dekking(100, "C*", "X*", "M*", **ADULT),
        ],
    },
    ladder=(500, 1000, 1500, 2500, 5000),
    age=(20, 200),
)

"""A practice for implants: of the elderly with an edentulous jaw (bijzondere tandheelkunde, with an authorisation), and of
adults with a single tooth missing (aanvullende verzekering)."""

from __future__ import annotations

from mzsim.generation.profiles.shape import (
    VOLWASSEN,
    Aanbieder,
    Bezoek,
    Gebit,
    Plek,
    Profiel,
    Regel,
    dekking,
)

_OUD = (50, 200)
_TANDELOOS = ("J0*", "J1*")
"""What the authorisation of an edentulous jaw is for."""


def _tandeloos(gewicht: int, *regels: Regel, eens: str, kaak: str = "2") -> Bezoek:
    """010 stands for a kind of bijzondere tandheelkunde (COD859 is not public)."""
    return Bezoek(
        gewicht,
        regels,
        leeftijd=_OUD,
        gebit=Gebit.ONDER_FRONT,
        eens=eens,
        machtiging=_TANDELOOS,
        bijzonder="010",
        kaak=kaak,
    )


_BEZOEKEN = (
    _tandeloos(4, Regel("J010"), eens="onderzoek"),
    _tandeloos(3, Regel("J011", kosten=(2_500, 7_500)), eens="onderzoek-2"),
    _tandeloos(
        6,
        Regel("J040", Plek.ELEMENT),
        Regel("J057", Plek.ZELFDE),
        Regel("J041", Plek.VOLGEND),
        Regel("J057", Plek.ZELFDE),
        Regel("J001", Plek.KAAK),
        eens="implantaat",
    ),
    _tandeloos(
        4,
        Regel("J070", Plek.KAAK, kosten=(7_500, 15_000)),
        Regel("J071", Plek.KAAK, kosten=(5_000, 9_500)),
        eens="drukknop",
    ),
    _tandeloos(5, Regel("J080", kosten=(65_000, 95_000)), eens="klikgebit"),
    _tandeloos(3, Regel("J081", kosten=(45_000, 70_000)), eens="klikgebit"),
    _tandeloos(2, Regel("J105", Plek.KAAK, kosten=(2_500, 7_500)), eens="klikgebit"),
    _tandeloos(2, Regel("J100", Plek.KAAK, kosten=(7_500, 12_500)), eens="klikgebit"),
    Bezoek(4, (Regel("C001"), Regel("X21")), leeftijd=(18, 200), eens="intake"),
    Bezoek(
        5,
        (
            Regel("J040", Plek.ELEMENT),
            Regel("J057", Plek.ZELFDE),
            Regel("J001", Plek.KAAK),
            Regel("X10", kans=80),
        ),
        leeftijd=(20, 50),
        eens="implantaat",
    ),
    Bezoek(3, (Regel("J042", Plek.ELEMENT, kosten=(2_000, 4_500)),), leeftijd=(20, 50), eens="tandvleesvormer"),
    Bezoek(4, (Regel("R34", Plek.ELEMENT, kosten=(25_000, 45_000)),), leeftijd=(20, 200), eens="kroon"),
    # Aftercare begins half a year after an implant: a patient has one or the other.
    Bezoek(4, (Regel("J090"),), leeftijd=(18, 200), eens="implantaat"),
    Bezoek(4, (Regel("X10", aantal=(1, 2)),), leeftijd=(18, 200)),
    Bezoek(4, (Regel("M03", aantal=(2, 6)),), leeftijd=(18, 200)),
)  # fmt: skip

PROFIEL = Profiel(
    letter="I",
    omschrijving="implants: edentulous jaws with an authorisation, and single teeth",
    declarant=Aanbieder("12054321", "Implantologie bij de Singel"),
    instelling=False,
    aanbieders=(Aanbieder("12007654", "I. Mplantoloog"),),
    bezoeken=_BEZOEKEN,
    basis={
        "code": "BASIS",
        "soort": "basis",
        "dekkingen": [
            dekking(90, "J08*", "J10*", **VOLWASSEN, bijzondere_tandheelkunde=True, machtiging=True),
            dekking(100, *_TANDELOOS, **VOLWASSEN, bijzondere_tandheelkunde=True, machtiging=True),
        ],
    },
    aanvullend={
        "code": "IMPLANTAAT",
        "soort": "aanvullend",
        "dekkingen": [
            dekking(80, "J*", "R*", **VOLWASSEN, bijzondere_tandheelkunde=False),
            dekking(100, "C*", "X*", "M*", **VOLWASSEN),
        ],
    },
    ladder=(500, 1000, 1500, 2500, 5000),
    leeftijd=(20, 200),
)

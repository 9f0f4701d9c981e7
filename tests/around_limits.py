"""A store in which much begins and ends within a month, and declarations of prestaties on the days around.

For the tests of the short ways: what is decided for one day may hold for another only where nothing begins or ends in
between. Every check of level 7 on a prestatierecord objects to one of the `EXAMPLES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from tests.factories import Message, make

STORE = """\
uzovi:
  - nummer: "0736"
    naam: Streng
    soort: zorgverzekeraar
    edp: true
    beleid:
      contract_vereist: record
      tarief_afwijking: afwijzen
      indientermijn: {soort: dagen_na_maandeinde, dagen: 32}  # from 1 March on
      machtigingsplichtig:
        - {prestaties: [R24]}
        - {prestaties: ["V*"], vanaf_aantal: 4, per: kaak_per_kalenderjaar}
  - {nummer: "0739", naam: Mild, soort: zorgverzekeraar, edp: true, beleid: {niet_gecontracteerd: {vergoeding: 80}}}
contracten:
  - {uzovi: "0736", agb: "12012345", ingang: 2011-01-01, einde: 2011-03-09, tarieven: {C11: 15.00, J01: 0.00}}
  - {uzovi: "0736", agb: "12012345", ingang: 2011-03-12, einde: null}
  - {uzovi: "0739", agb: "12012345", ingang: 2011-03-17, einde: 2011-03-26}
prestatiecodes:
  - {code: C11, omschrijving: controle, ingang: 2000-01-01, einde: null, bevoegd: ["12"]}
  - {code: V13, omschrijving: vulling, ingang: 2011-03-02, einde: null, bevoegd: ["12"], element: true, vlak: true}
  - {code: R24, omschrijving: kroon, ingang: 2000-01-01, einde: null, bevoegd: ["12"], element: true, techniekkosten: true}
  - {code: J01, omschrijving: implantaat, ingang: 2000-01-01, einde: 2011-03-27, bevoegd: ["12"], kaak: true}
tarieven:
  - {prestatiecode: C11, tarief: 20.00, ingang: 2011-01-01, einde: 2011-03-15}
  - {prestatiecode: C11, tarief: 12.00, ingang: 2011-03-16, einde: null}
combinatieregels:
  - {nummer: G1, soort: niet_met, bereik: zitting, prestaties: [V13], tegenhanger: [R24], ingang: 2011-03-10, bron: b, tekst: t}
  - {nummer: G2, soort: interval, kaak: "2", prestaties: [J01], tegenhanger: [J01], dagen: 5, ingang: 2011-03-10,
     bron: b, tekst: t}
pakketten:
  - code: DELEN
    uzovi: "0736"
    soort: basis
    dekkingen:
      - {prestaties: [C11], percentage: 100, maximum_aantal: 3, per: kalenderjaar}
      - {prestaties: [V13], percentage: 100, maximum_bedrag: 40.00, per: kaak_per_kalenderjaar}
      - {prestaties: [R24], percentage: 100, wachttijd_maanden: 3}
      - {prestaties: ["*"], percentage: 50, leeftijd_vanaf: 60}
      - {prestaties: ["*"], percentage: 75}
  - {code: ALLES, uzovi: "0739", soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}
polissen:
  - {bsn: "123456782", verzekerdennummer: "V0001", geboortedatum: 1951-03-24, naam: Jansen,
     uzovi: "0736", ingang: 2006-01-01, einde: 2010-12-20, overleden: null, pakketten: [DELEN]}
  - {bsn: "123456782", verzekerdennummer: "V0001", geboortedatum: 1951-03-24, naam: Jansen,
     uzovi: "0736", ingang: 2010-12-21, einde: null, overleden: null, pakketten: [DELEN]}
  - {bsn: "100197243", verzekerdennummer: "V0002", geboortedatum: 1922-03-22, naam: Vries,
     uzovi: "0736", ingang: 2006-01-01, einde: null, overleden: 2011-03-28, pakketten: [DELEN]}
  - {bsn: "123456782", verzekerdennummer: "V0001", geboortedatum: 1951-03-24, naam: Jansen,
     uzovi: "0739", ingang: 2006-01-01, einde: 2011-03-18, overleden: null, pakketten: [ALLES]}
  - {bsn: "100197243", verzekerdennummer: "V0002", geboortedatum: 1922-03-22, naam: Vries,
     uzovi: "0739", ingang: 2006-01-01, einde: null, overleden: null, pakketten: [ALLES]}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: [R24, "V*"],
     ingang: 2011-03-05, einde: 2011-03-25, status: afgegeven}
  - {nummer: M2, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["*"],
     ingang: 2011-01-01, einde: null, status: vervallen}
  - {nummer: M3, uzovi: "0736", bsn: "100197243", agb: "12012345", prestaties: ["*"],
     ingang: 2011-01-01, einde: 2011-03-23, status: afgegeven}
"""

_LIMITS = (1, 2, 5, 10, 12, 16, 17, 19, 21, 24, 26, 27, 28, 29)
"""The days of March on which something begins, or ended the day before."""
DAYS = ("20110228", *(f"201103{day:02d}" for day in sorted({1, *(n - m for n in _LIMITS[1:] for m in (0, 1))})))

_C11 = {"r0413": "C11"}
_UPPER = {"r0413": "V13", "r0415": "11", "r0416": "M", "r0424": "1500"}
_LOWER = {"r0413": "V13", "r0415": "31", "r0416": "M", "r0424": "1500"}
_CROWN = {"r0413": "R24", "r0415": "11"}
_TECHNIEKKOSTEN = {**_CROWN, "r0409": "02", "r0424": "5000"}
_IMPLANT = {"r0413": "J01", "r0414": "1"}
_IMPLANT_LOWER = {"r0413": "J01", "r0414": "2"}
_KINDS = (_C11, _UPPER, _LOWER, _CROWN, _TECHNIEKKOSTEN, _IMPLANT, _IMPLANT_LOWER)
_JANSEN = {"r0203": "123456782", "r0207": "19510324"}
_VRIES = {"r0203": "100197243", "r0207": "19220322"}

Prestatie = dict[str, str]


def _declaration(uzovi: str, *verzekerden: tuple[Prestatie, list[Prestatie]]) -> bytes:
    message = Message(voorloop=make("01", r0108=uzovi, r0114="20110228"))
    for who, prestaties in verzekerden:
        message.add("02", **who, r0204=uzovi)
        for fields in prestaties:
            message.add("04", **fields)
    return bytes(message)


@st.composite
def declarations_around_limits(draw: st.DrawFn) -> bytes:
    """Few prestaties on many days: the same one on both sides of what begins or ends."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=1, max_size=3))
    days = draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=6, unique=True))
    tariffs = st.sampled_from(["1000", "1200", "1201", "1500", "2000", "0"])
    numbers = st.sampled_from(["", "", "", draw(st.sampled_from(["M1", "M2", "M3", "M9"]))])

    def prestatie() -> Prestatie:
        kind = draw(st.sampled_from(kinds))
        fields = {"r0408": draw(st.sampled_from(days)), "r0406": draw(numbers), "r0425": draw(st.sampled_from("112"))}
        return {**fields, "r0424": draw(tariffs), **kind}

    verzekerden = [(who, [prestatie() for _ in range(draw(st.integers(1, 7)))]) for who in (_JANSEN, _VRIES)]
    return _declaration(draw(st.sampled_from(["0736", "0736", "0739"])), *verzekerden[: draw(st.integers(1, 2))])


def _month(days: Sequence[str]) -> Iterator[bytes]:
    """Declarations in which the same comes back on all of these days, in this order."""

    def every_day(*kinds: Prestatie, **otherwise: str) -> list[Prestatie]:
        return [{**kind, "r0408": day, **otherwise} for day in days for kind in kinds]

    yield _declaration("0736", *((who, every_day(_C11)) for who in (_JANSEN, _VRIES)))
    yield _declaration("0736", (_JANSEN, every_day(_C11, r0424="1500")))
    yield _declaration("0736", (_JANSEN, every_day(_C11, r0406="M9")))
    yield _declaration("0736", (_JANSEN, every_day(_IMPLANT, r0424="0")))
    yield _declaration("0736", *((who, every_day(_IMPLANT, _IMPLANT_LOWER)) for who in (_JANSEN, _VRIES)))
    yield _declaration("0736", (_JANSEN, every_day(_CROWN, _TECHNIEKKOSTEN)))
    yield _declaration("0736", (_JANSEN, every_day(_CROWN, _TECHNIEKKOSTEN, r0406="M1")))
    yield _declaration("0736", (_JANSEN, every_day(_CROWN, _TECHNIEKKOSTEN, r0406="M2")))
    yield _declaration("0736", *((who, every_day(_CROWN, r0406="M3")) for who in (_JANSEN, _VRIES)))
    yield _declaration("0736", (_JANSEN, every_day(_UPPER, _CROWN)))
    yield _declaration("0736", (_JANSEN, every_day(_LOWER) + every_day({**_LOWER, "r0424": "1400"})))
    yield _declaration("0739", *((who, every_day(_C11, r0424="2000")) for who in (_JANSEN, _VRIES)))


EXAMPLES = (*_month(DAYS), *_month(DAYS[::-1]))
"""Declarations to which, between them, the insurer objects by every check of level 7 on a prestatierecord."""

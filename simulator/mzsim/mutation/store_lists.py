"""Defects against what the store knows: parties, insurers, polissen, and numbers that were used before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from mzsim.checks.voorlooprecord import ZORGKANTOOR
from mzsim.mutation.declaration import Declaratie, Mutant, tekst
from mzsim.mutation.mutators import mutatie
from mzsim.mutation.store_lines import Lijsten, Regel, datum_van
from mzsim.standard.heen import lees
from mzsim.standard.values import gevuld, lees_datum

_ONBEKENDE_BSN = "999999999"
_WEL_REGISTER = "a store with zorgaanbieders"
_IS_ZVW = "a Zvw message (176)"
_MET_BSN = "a verzekerde with a BSN"
_PRODUCTIE = "a production message (0105)"
_TE_CREDITEREN = "a record 01 that can be credited"


def _zorgaanbieders(d: Declaratie, *regels: Regel) -> Lijsten | None:
    """Lines for the register; none where the store has no register to check against."""
    return {"zorgaanbieders": list(regels)} if d.winkel.zorgaanbieders else None


def _zorgverlener(agb: str, *werkt_in: str) -> Regel:
    return {"agb": agb, "soort": "zorgverlener", "naam": "Voorbeeld", "werkt_in": list(werkt_in)}


@mutatie("0110-3")
def zorgverlener_als_instelling(d: Declaratie) -> Iterator[Mutant]:
    """The zorgverlener (0110) is of a kind that is an instelling, or stands beside one."""
    praktijk = tekst(d.kop, "0111")
    if gevuld(lees(d.kop, "0112")):
        for agb in ("12099998", *d.winkel.zorgaanbieders):
            yield Mutant(d.met_kop(r0110=agb))
    yield Mutant(d.met_kop(r0110="53099998"), _zorgaanbieders(d, _zorgverlener("53099998", praktijk)))


@mutatie("0110-5", f"a praktijk (0111) and {_WEL_REGISTER}")
def zorgverlener_van_elders(d: Declaratie) -> Iterator[Mutant]:
    """The zorgverlener (0110) does not work in the praktijk (0111)."""
    if d.winkel.zorgaanbieders and gevuld(lees(d.kop, "0111")):
        yield Mutant(d.met_kop(r0110="12099998"), _zorgaanbieders(d, _zorgverlener("12099998")))


# Beside an instelling a praktijk lacks its zorgverlener as well.
@mutatie("0111-2", samen=("0110-2",))
def praktijk_als_instelling(d: Declaratie) -> Iterator[Mutant]:
    """The praktijk (0111) is of a kind that is an instelling, or stands beside one."""
    agb = "53099998"
    regel = {"agb": agb, "soort": "praktijk", "naam": "Voorbeeld"}
    eigen = tekst(d.kop, "0110")
    werkt_er = [_zorgverlener(eigen, agb)] if gevuld(lees(d.kop, "0110")) else []
    yield Mutant(d.met_kop(r0111=agb), _zorgaanbieders(d, regel, *werkt_er))


@mutatie("0204-3", _IS_ZVW)
def verzekerd_bij_ander(d: Declaratie) -> Iterator[Mutant]:
    """The UZOVI-nummer of the verzekerde (0204) is of another insurer than that of the message."""
    nummer = d.winkel.vrij_uzovi()
    ander = {"nummer": nummer, "naam": "Andere Zorgverzekeraar", "soort": "zorgverzekeraar", "edp": True}
    if not d.wlz:
        for plaats in d.plaatsen(b"02"):
            yield Mutant(d.bericht(d.andere_sleutel(plaats, {"04": nummer})), {"uzovi": [ander]})


@mutatie("0203-2")
def verzekerde_twee_keer(d: Declaratie) -> Iterator[Mutant]:
    """A verzekerdenrecord stands twice."""
    for plaats in d.plaatsen(b"02"):
        laatste = max(d.van_verzekerde(plaats), default=plaats)
        yield Mutant(d.bericht(d.ingevoegd(d.einde(laatste), d.details[plaats])))


@mutatie("0207-4", _IS_ZVW)
def geboortedatum_bij_nummer(d: Declaratie) -> Iterator[Mutant]:
    """Without a BSN, the date of birth (0207) is not that of the polis with the verzekerdennummer."""
    if d.wlz:
        return
    for plaats in d.plaatsen(b"02"):
        polis: Regel = {
            "bsn": None,
            "verzekerdennummer": "MUTATIE-1",
            "geboortedatum": d.geboren(plaats) - dt.timedelta(days=1),
            "naam": "Voorbeeld",
            "uzovi": tekst(d.details[plaats], "0204"),
            "ingang": dt.date(2006, 1, 1),
        }
        sleutel = {"03": _ONBEKENDE_BSN, "05": "MUTATIE-1"}
        yield Mutant(d.bericht(d.andere_sleutel(plaats, sleutel)), {"polissen": [polis]})


@mutatie("0406-1", "a Zvw message with a record without machtigingsnummer (0406)")
def machtiging_van_dji(d: Declaratie) -> Iterator[Mutant]:
    """The insurer is DJI, and there is no machtigingsnummer (0406)."""
    verzekeraar = d.winkel.uzovi[d.uzovi]
    zonder = [i for i in d.prestaties if not tekst(d.details[i], "0406")]
    if zonder and verzekeraar["soort"] != ZORGKANTOOR:
        yield Mutant(d.bericht(), {"uzovi": [{**verzekeraar, "soort": "dji"}]})


def _polissen(d: Declaratie, plaats: int, **anders: object) -> Lijsten | None:
    """The polissen of the verzekerde of a record, with other values; None where one begins after its last day."""
    gevonden = [{**polis, **anders} for polis in d.winkel.polissen_van(tekst(d.details[plaats], "0403"))]
    einde = anders.get("einde")
    te_laat = any(isinstance(einde, dt.date) and datum_van(polis["ingang"]) > einde for polis in gevonden)
    return {"polissen": gevonden} if gevonden and not te_laat else None


def _dagen(d: Declaratie) -> list[tuple[dt.date, int]]:
    """The day before each prestatie and its place, the last first: then the fewest of a verzekerde come after it."""
    dagen = ((lees_datum(lees(d.details[plaats], "0408")), plaats) for plaats in d.prestaties)
    return sorted(((dag - dt.timedelta(days=1), plaats) for dag, plaats in dagen if dag), reverse=True)


@mutatie("0408-4", "a polis that began before a prestatie")
def polis_beeindigd(d: Declaratie) -> Iterator[Mutant]:
    """The polis ended the day before a prestatie."""
    for eerder, plaats in _dagen(d):
        if polissen := _polissen(d, plaats, einde=eerder):
            yield Mutant(d.bericht(), polissen)


@mutatie("0408-5", _MET_BSN)
def overleden(d: Declaratie) -> Iterator[Mutant]:
    """The verzekerde died the day before a prestatie."""
    for eerder, plaats in _dagen(d):
        if polissen := _polissen(d, plaats, overleden=eerder):
            yield Mutant(d.bericht(), polissen)


@mutatie("0430-5", _MET_BSN)
def zonder_dekking(d: Declaratie) -> Iterator[Mutant]:
    """The polis of a verzekerde covers nothing."""
    for verzekerde in sorted(d.plaatsen(b"02"), key=lambda plaats: len(d.van_verzekerde(plaats))):
        for plaats in d.van_verzekerde(verzekerde)[:1]:
            if polissen := _polissen(d, plaats, pakketten=[]):
                yield Mutant(d.bericht(), polissen)


@mutatie("0420-4", f"a praktijk (0111) or instelling (0112) and {_WEL_REGISTER}")
def behandelaar_van_elders(d: Declaratie) -> Iterator[Mutant]:
    """The behandelaar (0420) does not work in the praktijk or instelling that declares."""
    if d.winkel.zorgaanbieders:
        for i in d.prestaties:
            agb = f"{tekst(d.details[i], '0420')[:2]}099998"
            yield Mutant(d.bericht(d.anders((i, {"0420": agb}))), _zorgaanbieders(d, _zorgverlener(agb)))


@mutatie("0420-5", "a prestatiecode that not everybody may claim, in a store with prestatiecodes")
def behandelaar_niet_bevoegd(d: Declaratie) -> Iterator[Mutant]:
    """The behandelaar (0420) is of a kind that may not claim the prestatiecode."""
    declarant = tekst(d.kop, "0112" if gevuld(lees(d.kop, "0112")) else "0111")
    for i in d.prestaties:
        heen = d.details[i]
        code = d.winkel.code(tekst(heen, "0413"), lees(heen, "0408"))
        if code is not None and code.bevoegd:
            soort = next(f"{n:02d}" for n in range(20, 100) if f"{n:02d}" not in {s[:2] for s in code.bevoegd})
            agb = f"{soort}099998"
            yield Mutant(d.bericht(d.anders((i, {"0420": agb}))), _zorgaanbieders(d, _zorgverlener(agb, declarant)))


@mutatie("0116-2", _PRODUCTIE)
def factuurnummer_gebruikt(d: Declaratie) -> Iterator[Mutant]:
    """The declaration is sent a second time, with the same factuurnummer (0116)."""
    yield Mutant(d.bericht(), eerder=(d.bericht(),))


@mutatie("0432-3", _PRODUCTIE)
def referentienummer_gebruikt(d: Declaratie) -> Iterator[Mutant]:
    """A prestatie is sent a second time, with the same referentienummer (0432) under another factuurnummer."""
    for i in d.honoraria:
        yield Mutant(d.los(i, d.details[i]), eerder=(d.bericht(),))


def _credit(d: Declaratie, plaats: int, nummer: str, vorige: str) -> bytes:
    return d.gewijzigd(plaats, r0427="C", r0431="C", r0432=d.vrije_referentie(nummer), r0433=vorige)


def _bijgevoegd(d: Declaratie, plaats: int, vorige: str) -> Mutant:
    """The declaration with a credit of a record behind it."""
    return Mutant(d.bericht(d.ingevoegd(d.einde(plaats), _credit(d, plaats, "CREDIT", vorige))))


@mutatie("0433-1", _TE_CREDITEREN)
def credit_zonder_verwijzing(d: Declaratie) -> Iterator[Mutant]:
    """A credit names no earlier referentienummer (0433)."""
    for i in d.honoraria:
        yield _bijgevoegd(d, i, "")


@mutatie("0433-2", _TE_CREDITEREN)
def credit_in_zelfde_bestand(d: Declaratie) -> Iterator[Mutant]:
    """A credit takes back a record of the same file."""
    for i in d.honoraria:
        yield _bijgevoegd(d, i, tekst(d.details[i], "0432"))


@mutatie("0433-3", _TE_CREDITEREN)
def credit_zonder_debet(d: Declaratie) -> Iterator[Mutant]:
    """A credit takes back what was never declared."""
    for i in d.honoraria:
        yield _bijgevoegd(d, i, "ONBEKEND")


@mutatie("0433-4", _TE_CREDITEREN)
def twee_keer_gecrediteerd(d: Declaratie) -> Iterator[Mutant]:
    """A prestatie is credited a second time."""
    for i in d.honoraria:
        eerste, tweede = (_credit(d, i, naam, tekst(d.details[i], "0432")) for naam in ("CREDIT", "WEER"))
        yield Mutant(d.los(i, tweede, 2), eerder=(d.bericht(), d.los(i, eerste)))


@mutatie("0433-5", "a set of records in a Wlz message")
def deel_gecrediteerd(d: Declaratie) -> Iterator[Mutant]:
    """Of a set only the 01 is credited."""
    if d.wlz:
        for i in d.prestaties:
            if tekst(d.details[i], "0409") == "01" and d.debet(i):
                yield Mutant(d.los(i, _credit(d, i, "CREDIT", tekst(d.details[i], "0432"))), eerder=(d.bericht(),))

"""Defects of records among their neighbours: repetition, costs, the hours of the Wlz, travelling expenses."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.domain.sets import Rol
from mzsim.mutation.declaration import Declaratie, Mutant, bedrag, tekst
from mzsim.mutation.mutators import mutatie
from mzsim.standard.heen import lees, met

_KOSTEN = "a record 01 that can have costs (02, 04)"
_WLZ = "a Wlz message (250)"
_UREN = "a Wlz message with a record 01"
_HALF_UUR: dict[str, str | int] = {"0424": 1000, "0425": 6, "0426": 6000, "0430": 6000}
_NUL: dict[str, str | int] = {"0424": 0, "0425": 1, "0426": 0, "0428": 0, "0430": 0}
_GEEN_PLEK: dict[str, str | int] = {"0414": "0", "0415": "00", "0416": ""}
_REIS: dict[str, str | int] = {
    "0424": 35,
    "0425": 12,
    "0426": 420,
    "0428": 0,
    "0430": 420,
    "0410": "N",
    "0411": "000",
    **_GEEN_PLEK,
}


@mutatie("0413-4")
def twee_keer_hetzelfde(d: Declaratie) -> Iterator[Mutant]:
    """A prestatierecord stands twice, under two referentienummers."""
    for i in (*d.honoraria, *d.prestaties):
        yield Mutant(d.bericht(d.ingevoegd(d.einde(i), d.gewijzigd(i))))


@mutatie("0409-2", _KOSTEN)
def kosten_niet_direct(d: Declaratie) -> Iterator[Mutant]:
    """Another 01 stands between a 01 and its costs."""
    for e, i in d.paren():
        for ander in d.honoraria:
            velden = {k: tekst(e.details[i], k) for k in ("0403", "0404", "0405", "0408", "0420")}
            tussen = met(d.gewijzigd(ander), velden)
            if lees(tussen, "0413") != lees(e.details[i], "0413"):
                yield Mutant(e.bericht(e.ingevoegd(e.einde(i), tussen)))
        yield Mutant(e.bericht(e.verplaatst(i, e.einde(e.kosten_van(i) or i))))


@mutatie("0409-3", _KOSTEN)
def tweede_kosten(d: Declaratie) -> Iterator[Mutant]:
    """A 01 has a second record of costs."""
    for e, i in d.paren():
        kosten = e.kosten_van(i) or i
        soort = tekst(e.details[kosten], "0409")
        nog_een = met(e.kosten_bij(i, soort, r0424=500, r0426=500, r0430=500), {"0432": d.vrije_referentie("NOG")})
        yield Mutant(e.bericht(e.ingevoegd(e.einde(kosten), nog_een)))


@mutatie("0409-4", _KOSTEN)
def beide_soorten(d: Declaratie) -> Iterator[Mutant]:
    """Costs are declared both as 02 and as 04."""
    for e, i in d.paren():
        kosten = e.kosten_van(i) or i
        ander = "04" if tekst(e.details[kosten], "0409") == "02" else "02"
        nog_een = met(e.kosten_bij(i, ander), {"0432": d.vrije_referentie("NOG")})
        yield Mutant(e.bericht(e.ingevoegd(e.einde(kosten), nog_een)))


@mutatie("0409-5", "a prestatiecode that knows no costs, in a store with prestatiecodes")
def kosten_zonder_grond(d: Declaratie) -> Iterator[Mutant]:
    """Costs are declared for a prestatiecode that knows none."""
    for i in d.honoraria:
        if d.winkel.prestatiecodes and not d.kent_kosten(i):
            yield Mutant(d.bericht(d.ingevoegd(d.einde(i), d.kosten_bij(i))))


@mutatie("0409-6", "a store with a prestatiecode that knows laboratory costs only")
def laboratorium_in_eigen_beheer(d: Declaratie) -> Iterator[Mutant]:
    """Laboratory costs are declared as technique in own management (04)."""
    codes = [c.code for c in d.winkel.prestatiecodes if c.laboratoriumkosten and not c.techniekkosten and not c.element]
    for code in codes:
        for i in d.honoraria:
            eigen = d.gewijzigd(i, r0413=code, **{f"r{nummer}": waarde for nummer, waarde in _GEEN_PLEK.items()})
            kosten = met(eigen, {"0409": "04", "0432": d.vrije_referentie("KOSTEN"), "0425": 1, "0426": 1000})
            kosten = met(kosten, {"0424": 1000, "0428": 0, "0430": 1000})
            yield Mutant(d.bericht(d.ingevoegd(i, eigen, kosten)))


@mutatie("0409-7", _KOSTEN)
def nagekomen(d: Declaratie) -> Iterator[Mutant]:
    """Costs stand alone; their 01 was never declared."""
    for e, i in d.paren():
        yield Mutant(e.bericht(e.zonder(i)))


def _setjes(d: Declaratie) -> Iterator[list[int]]:
    """The hours of the Wlz, each with its 03, 02 and 04."""
    prestaties = d.prestaties
    for plaats, i in enumerate(prestaties):
        if d.rol(i) is Rol.TIJD and d.debet(i):
            setje = [i]
            for volgende in prestaties[plaats + 1 :]:
                if d.rol(volgende) not in (Rol.INFORMATIE, Rol.KOSTEN) or d.verzekerde_van(volgende) > i:
                    break
                setje.append(volgende)
            yield setje


def _uren(d: Declaratie) -> Iterator[tuple[Declaratie, list[int]]]:
    """Declarations with hours and their 03: this one, or else one in which a 01 was made into such a set."""
    setjes = list(_setjes(d))
    yield from ((d, setje) for setje in setjes)
    if d.wlz and not setjes:
        for i in d.honoraria:
            uren = d.gewijzigd(i, r0413="U35", **{f"r{nummer}": waarde for nummer, waarde in _HALF_UUR.items()})
            gedaan = met(d.details[i], {"0409": "03", **_NUL})
            e = d._replace(details=(*d.details[:i], uren, gedaan, *d.details[i + 1 :]))
            yield e, [i, i + 1]


def _informatie(d: Declaratie, setje: list[int]) -> list[int]:
    return [i for i in setje if d.rol(i) is Rol.INFORMATIE]


def _uren_kosten(d: Declaratie) -> Iterator[tuple[Declaratie, list[int], int]]:
    """Declarations with hours, a 03 and the costs of that 03, and where the first costs stand."""
    gevonden = False
    for e, setje in _uren(d):
        kosten = [i for i in setje if e.rol(i) is Rol.KOSTEN]
        if kosten:
            gevonden = True
            yield e, setje, kosten[0]
    if gevonden:
        return
    for e, setje in _uren(d):
        for i in _informatie(e, setje):
            code = tekst(e.details[i], "0413") if e.kent_kosten(i) else e.winkel.kostencode(lees(e.details[i], "0408"))
            if code is not None:
                e = e._replace(details=tuple(e.anders((i, {"0413": code}))))
                einde = e.einde(setje[-1])
                met_kosten = e._replace(details=tuple(e.ingevoegd(einde, e.kosten_bij(i))))
                yield met_kosten, [*setje, einde], einde


@mutatie("0409-8", _WLZ)
def informatie_zonder_uren(d: Declaratie) -> Iterator[Mutant]:
    """A 03 stands without hours (U25, U35)."""
    if d.wlz:
        for i in d.honoraria:
            yield Mutant(d.bericht(d.ingevoegd(d.einde(i), met(d.gewijzigd(i), {"0409": "03", **_NUL}))))
        for setje in _setjes(d):
            yield Mutant(d.bericht(d.zonder(setje[0])))


@mutatie("0409-9", _WLZ)
def uren_zonder_informatie(d: Declaratie) -> Iterator[Mutant]:
    """Hours (U25, U35) have no 03 that says what was done."""
    for e, setje in _uren(d):
        yield Mutant(e.bericht(e.zonder(*setje[1:])))


@mutatie("0409-10", _UREN)
def verkeerde_volgorde(d: Declaratie) -> Iterator[Mutant]:
    """Costs stand before a 03 of their set."""
    for e, setje, kosten in _uren_kosten(d):
        laatste = _informatie(e, setje)[-1]
        yield Mutant(e.bericht(e.verplaatst(laatste, e.einde(kosten))))
        nog_een = met(e.gewijzigd(laatste), {"0413": "M03", "0432": d.vrije_referentie("NOG"), **_GEEN_PLEK})
        yield Mutant(e.bericht(e.ingevoegd(e.einde(kosten), nog_een)))


@mutatie("0409-11", _UREN)
def kosten_zonder_informatie(d: Declaratie) -> Iterator[Mutant]:
    """Costs are declared twice for one 03."""
    for e, _, kosten in _uren_kosten(d):
        anders: dict[str, str | int] = {"0424": 500, "0426": 500, "0430": 500, "0432": d.vrije_referentie("NOG")}
        yield Mutant(e.bericht(e.ingevoegd(e.einde(kosten), met(e.details[kosten], anders))))


@mutatie("0409-12", _UREN)
def andere_behandelaar(d: Declaratie) -> Iterator[Mutant]:
    """A 03 names another behandelaar than the hours."""
    for e, setje in _uren(d):
        for i in _informatie(e, setje):
            yield Mutant(e.bericht(e.anders((i, {"0420": "12099998"}))))


@mutatie("0409-13", _UREN)
def honorarium_naast_uren(d: Declaratie) -> Iterator[Mutant]:
    """Beside the hours a prestatie stands that belongs in them."""
    for e, setje in _uren(d):
        for i in _informatie(e, setje):
            ernaast = met(e.gewijzigd(i), {"0409": "01", **_HALF_UUR, "0432": d.vrije_referentie("NAAST")})
            yield Mutant(e.bericht(e.ingevoegd(e.einde(setje[-1]), ernaast)))


@mutatie("0409-14", _UREN)
def ernaast_ervoor(d: Declaratie) -> Iterator[Mutant]:
    """A 01 that may stand beside the hours stands before them."""
    for e, setje in _uren(d):
        foto = met(e.gewijzigd(setje[0]), {"0413": "X10", **_HALF_UUR, "0432": d.vrije_referentie("NAAST")})
        yield Mutant(e.bericht(e.ingevoegd(setje[0], foto)))


@mutatie("0413-5", _UREN)
def tweede_uren(d: Declaratie) -> Iterator[Mutant]:
    """The hours of a day are declared in two records."""
    for e, setje in _uren(d):
        uren, gedaan = setje[0], _informatie(e, setje)
        if gedaan:
            aantal, tarief = bedrag(e.details[uren], "0425") + 1, bedrag(e.details[uren], "0424")
            anders: dict[str, str | int] = {"0425": aantal, "0426": tarief * aantal, "0430": tarief * aantal}
            nog_uren = met(e.details[uren], {**anders, "0432": d.vrije_referentie("UREN")})
            nog_gedaan = met(e.details[gedaan[0]], {"0425": 2, "0432": d.vrije_referentie("GEDAAN")})
            yield Mutant(e.bericht(e.ingevoegd(e.einde(setje[-1]), nog_uren, nog_gedaan)))


def _op_dag(d: Declaratie, plaats: int) -> int:
    """Where the last record of the same verzekerde and day ends."""
    dag = lees(d.details[plaats], "0408")
    eigen = d.van_verzekerde(d.verzekerde_van(plaats))
    return d.einde(max(i for i in eigen if lees(d.details[i], "0408") == dag))


def _reizen(d: Declaratie) -> Iterator[tuple[Declaratie, int]]:
    """Declarations with travelling expenses per kilometre: this one, or else one with these added to a prestatie."""
    eigen = [i for i in d.prestaties if d.rol(i) is Rol.REISKOSTEN and tekst(d.details[i], "0413") == "WRK001"]
    yield from ((d, i) for i in eigen)
    if d.wlz and not eigen:
        for i in d.prestaties:
            reis = d.gewijzigd(i, r0409="01", r0413="WRK001", r0432=d.vrije_referentie("REIS"))
            plaats = _op_dag(d, i)
            yield d._replace(details=tuple(d.ingevoegd(plaats, met(reis, _REIS)))), plaats


@mutatie("0413-6", _WLZ)
def twee_keer_gereisd(d: Declaratie) -> Iterator[Mutant]:
    """The travelling expenses of a behandelaar are declared twice on a day."""
    for e, i in _reizen(d):
        nog_een = met(e.details[i], {**_REIS, "0425": 13, "0426": 455, "0430": 455, "0432": d.vrije_referentie("WEER")})
        yield Mutant(e.bericht(e.ingevoegd(e.einde(i), nog_een)))


@mutatie("0413-7", "a Wlz message (250) with two verzekerden")
def bij_andere_client(d: Declaratie) -> Iterator[Mutant]:
    """The travelling expenses stand at another than the first cliënt of the day."""
    for e, i in _reizen(d):
        ergens = e.van_verzekerde(e.verzekerde_van(i))[0]
        for ander in (v for v in e.plaatsen(b"02") if v > i):
            sleutel = {f"04{r}": tekst(e.details[ander], f"02{r}") for r in ("03", "04", "05")}
            doel = max(e.van_verzekerde(ander), default=ander)
            verplaatst = met(e.details[i], sleutel)
            zonder = [heen for plaats, heen in enumerate(e.details) if plaats != i]
            if e.van_verzekerde(ander) and ergens != i:
                yield Mutant(e.bericht([*zonder[: e.einde(doel) - 1], verplaatst, *zonder[e.einde(doel) - 1 :]]))


@mutatie("0425-2", _WLZ)
def aantal_overige_reiskosten(d: Declaratie) -> Iterator[Mutant]:
    """Other travelling expenses (WRK002) are declared with a number of two."""
    for e, i in _reizen(d):
        dubbel = {**_REIS, "0413": "WRK002", "0424": 850, "0425": 2, "0426": 1700, "0430": 1700}
        yield Mutant(e.bericht(e.anders((i, dubbel))))

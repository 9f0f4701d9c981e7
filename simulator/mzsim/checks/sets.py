"""The rules for a set of prestatierecords: INV 4.4.1 (Zvw), 4.7.1 (Wlz, A1-A9 and B1-B7) and 4.8 (reiskosten).

A rule judges one record among all of its verzekerde. It may look ahead, so an extra reading of the file
(`reading/set_reading.py`) performs the rules and keeps what they object to by line; the check in the register looks that
up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.check import Per
from mzsim.domain.sets import Reeksen, Rol
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import DEBET

Toets = Callable[[Reeksen, int], bool]

_PER: Per = "reeks"
# The rubrieken by which a record has its place in a set.
_PLAATS = ("0408", "0409", "0413", "0431")
_ALLES = tuple(r.nummer for r in layouts("mz301")[b"04"].rubrieken if r.nummer not in ("0401", "0402", "0432"))


class Regel(NamedTuple):
    """A rule: the check it belongs to, whether it judges credits too, and whether every record of the set must be
    readable."""

    id: str
    toets: Toets
    ook_credit: bool
    hele_reeks: bool


_REGELS: dict[Rol, list[Regel]] = {rol: [] for rol in Rol}


def _zoek_op(id: str, zin: str | None) -> Callable[[Prestatierecord, Omgeving], bool]:
    """The check that finds what the extra reading has judged."""

    def opgezocht(p: Prestatierecord, o: Omgeving) -> bool:
        return id in o.reeksen.get(o.regel, ())

    opgezocht.__doc__ = zin
    return opgezocht


def reekscontrole(
    id: str,
    *rollen: Rol,
    bron: str,
    herstel: str,
    retourcode: str = "0634",
    ook_credit: bool = False,
    hele_reeks: bool = True,
    leest: tuple[str, ...] = (),
) -> Callable[[Toets], Toets]:
    """Enters the decorated rule, for records with one of these roles, as a check of level 5 by VECOZO and insurer.

    With `ook_credit` it judges credits too; without `hele_reeks` it looks at days rather than at sets.
    """

    def schrijf_in(toets: Toets) -> Toets:
        inschrijving = controle(
            id, 5, "prestatie", retourcode, "VZ", bron=bron, herstel=herstel, leest=(*_PLAATS, *leest), per=_PER
        )
        inschrijving(_zoek_op(id, toets.__doc__))
        for rol in rollen:
            _REGELS[rol].append(Regel(id, toets, ook_credit, hele_reeks))
        return toets

    return schrijf_in


def bezwaren(reeksen: Reeksen) -> Iterator[tuple[int, str]]:
    """What the rules object to among the records of a verzekerde: line number and check id."""
    for plaats, lid in enumerate(reeksen.leden):
        plek = reeksen.plekken[plaats]
        if plek is None:
            continue
        for id, toets, ook_credit, hele_reeks in _REGELS[lid.rol]:
            if (lid.credit and not ook_credit) or (hele_reeks and plek.reeks.onleesbaar):
                continue
            if toets(reeksen, plaats):
                yield lid.regel, id


@reekscontrole(
    "0409-2", Rol.KOSTEN,
    bron="INV 4.4.1, 4.7.1 B1, B3, B4",
    herstel="Put the 02 or 04 directly behind the 01 with the same prestatiecode (0413).",
    ook_credit=True,
)  # fmt: skip
def volgt_niet_direct(r: Reeksen, i: int) -> bool:
    """A record 02 or 04 does not directly follow its 01, which is in the file."""
    eigen = r.eigen(i)
    return (
        eigen is not None
        and eigen != i - 1
        and r.plek(i).setje is None
        and not (r.tweede(i, b"02", b"04") or r.van_ernaast(i) or r.elders_in_setje(i))
    )


@reekscontrole(
    "0409-3", Rol.KOSTEN,
    bron="INV 4.4.1, 4.7.1 B3",
    herstel="Declare all costs of material, technique and laboratory of a 01 in one 02 or 04.",
)  # fmt: skip
def tweede_kosten(r: Reeksen, i: int) -> bool:
    """A record 02 or 04 is the second for one 01."""
    return r.plek(i).setje is None and r.tweede(i) and not r.van_ernaast(i)


@reekscontrole(
    "0409-4", Rol.KOSTEN,
    bron="INV 4.4.1, 4.7.1",
    herstel="Declare the costs of a day either as 02 or as 04; with laboratory costs all of them as 02.",
    hele_reeks=False,
)  # fmt: skip
def beide_soorten_kosten(r: Reeksen, i: int) -> bool:
    """Both 02 and 04 are declared for one verzekerde and datum prestatie."""
    lid = r.leden[i]
    return r.kosten_soort[lid.datum] != lid.soort


@reekscontrole(
    "0409-8", Rol.INFORMATIE,
    bron="INV 4.7.1 A5",
    herstel="Put the 01 with U25 or U35 before its 03; in the B-variant leave out the 03.",
)  # fmt: skip
def informatie_zonder_uren(r: Reeksen, i: int) -> bool:
    """A record 03 has no 01 with U25 or U35 before it in its set."""
    return r.plek(i).setje is None


@reekscontrole(
    "0409-9", Rol.TIJD,
    bron="INV 4.7.1",
    herstel="Add at least one 03 behind the 01 with U25 or U35, to say what was done in the hours.",
)  # fmt: skip
def uren_zonder_informatie(r: Reeksen, i: int) -> bool:
    """A record 01 with U25 or U35 has no 03."""
    plek = r.plek(i)
    assert plek.setje is not None
    return not plek.setje.informatie and not plek.reeks.losse_informatie


@reekscontrole(
    "0409-10", Rol.INFORMATIE, Rol.KOSTEN,
    bron="INV 4.7.1 A1, A2, A6",
    herstel="Put the records of a set in the order 01, then every 03, then every 02 or 04.",
    ook_credit=True,
)  # fmt: skip
def volgorde_onjuist(r: Reeksen, i: int) -> bool:
    """A record 03, 02 or 04 breaks the order of its set: first the 01 with U25 or U35, then the 03, then the 02 or 04."""
    lid, plek = r.leden[i], r.plek(i)
    if plek.setje is None:
        return lid.rol is Rol.KOSTEN and r.elders_in_setje(i)
    in_setje = lid.rol is Rol.INFORMATIE or plek.setje.informatie[lid.code] > 0
    return in_setje and not plek.in_volgorde and not r.van_ernaast(i)


@reekscontrole(
    "0409-11", Rol.KOSTEN,
    bron="INV 4.7.1 A3, A6",
    herstel="Declare in a 02 or 04 the prestatiecode of a 03 of the set, and all costs of that 03 in one record.",
)  # fmt: skip
def kosten_zonder_informatie(r: Reeksen, i: int) -> bool:
    """A record 02 or 04 has a prestatiecode that is in none of the 03 of its set, or is the second for that 03."""
    lid, plek = r.leden[i], r.plek(i)
    return (
        plek.setje is not None
        and bool(plek.setje.informatie)
        and plek.volgnummer >= plek.setje.informatie[lid.code]
        and not r.van_ernaast(i)
    )


@reekscontrole(
    "0409-12", Rol.INFORMATIE, Rol.KOSTEN,
    bron="INV 4.7.1",
    herstel="Give all records of a set the datum prestatie (0408) and the behandelaar (0420) of its 01.",
    ook_credit=True,
    leest=("0420",),
)  # fmt: skip
def andere_dag_of_behandelaar(r: Reeksen, i: int) -> bool:
    """A record 03, 02 or 04 names another datum prestatie or behandelaar than the 01 with U25 or U35 of its set."""
    lid, setje = r.leden[i], r.plek(i).setje
    if setje is None or r.van_ernaast(i):
        return False
    tijd = r.leden[setje.tijd]
    return (lid.datum, lid.behandelaar) != (tijd.datum, tijd.behandelaar)


@reekscontrole(
    "0409-13", Rol.HONORARIUM,
    bron="INV 4.7.1 A4",
    herstel="Declare what was done in the hours in a 03; beside U25 and U35 only the prestatiecodes of INV 4.7.1 A4 may"
    " stand in a 01.",
    hele_reeks=False,
)  # fmt: skip
def niet_naast_uren(r: Reeksen, i: int) -> bool:
    """A record 01 has a prestatiecode that may not be declared beside U25 or U35 of the same verzekerde and day."""
    return r.leden[i].datum in r.tijd


@reekscontrole(
    "0409-14", Rol.NAAST, Rol.REISKOSTEN, Rol.INFORMATIE, Rol.KOSTEN,
    bron="INV 4.7.1 A4, A7, A8, B5",
    herstel="Put a 01 beside U25 or U35, and reiskosten, behind the set of the hours and without a 02, 03 or 04 of its own.",
)  # fmt: skip
def ernaast_niet_op_zichzelf(r: Reeksen, i: int) -> bool:
    """A record 01 beside U25 or U35, or with reiskosten, has a 02, 03 or 04 of its own or comes before the hours."""
    lid = r.leden[i]
    if lid.rol in (Rol.INFORMATIE, Rol.KOSTEN):
        return r.van_ernaast(i)
    return r.tijd.get(lid.datum, i) > i


@reekscontrole(
    "0413-5", Rol.TIJD,
    bron="INV 4.9.1",
    herstel="Add up the hours of a day in one record with U25 or U35.",
    retourcode="0587",
    hele_reeks=False,
    leest=("0420",),
)  # fmt: skip
def tweede_uren(r: Reeksen, i: int) -> bool:
    """A record with U25 or U35 is the second of the same verzekerde, datum prestatie and behandelaar."""
    return i in r.tweede_uren


@controle(
    "0413-4", 5, "prestatie", "0587", "VZ",
    bron="INV 2.3.18",
    herstel="Declare a prestatie that was done more than once on a day in one record, with the number in 0425.",
    leest=_ALLES,
    per=_PER,
)  # fmt: skip
def gelijk_record(p: Prestatierecord, o: Omgeving) -> bool:
    """A debet record is the same as an earlier record in the file in all but 0402 and 0432."""
    return o.gelijk and p.debet_credit_02 == DEBET


@controle(
    "0413-7", 5, "prestatie", "0634", "VZ",
    bron="INV 4.8",
    herstel="Declare reiskosten at the first cliënt for whom the behandelaar declares a treatment on that day.",
    leest=(*_PLAATS, "0420"),
    per=_PER,
)  # fmt: skip
def reiskosten_bij_andere_client(p: Prestatierecord, o: Omgeving) -> bool:
    """Reiskosten stand at another than the first cliënt of that behandelaar and datum prestatie in the file."""
    return "0413-7" in o.reeksen.get(o.regel, ())

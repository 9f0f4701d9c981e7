"""How a row of the tables in `velden` becomes a mutator, and what its values depend on.

A row is tried on the records of its type in turn. What else depends on a value changes with it: the key of a verzekerde
in his prestatierecords, the total in the sluitrecord.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from mzsim.mutation.declaration import Declaratie, Mutant, bedrag, tekst
from mzsim.mutation.mutators import Mutatie
from mzsim.mutation.store_lines import eejjmmdd
from mzsim.standard.heen import lees
from mzsim.standard.values import gevuld, lees_datum

Waarden = Mapping[str, str | int]
Bepaling = Callable[[Declaratie, bytes], Waarden | None]
"""The values for a record; None where they make no sense in it."""

_SLEUTEL = {"0203": "03", "0204": "04", "0205": "05"}


class Veldfout(NamedTuple):
    """What to put into a record, in words; `vraagt` and `samen` as in `Mutatie`."""

    controle: str
    zin: str
    waarden: Waarden | Bepaling
    vraagt: str = ""
    samen: tuple[str, ...] = ()


def als_mutatie(fout: Veldfout, kenmerk: bytes) -> Mutatie:
    """The mutator of a row, for records of this type."""

    def maker(d: Declaratie) -> Iterator[Mutant]:
        for plaats, heen in _records(d, kenmerk):
            waarden = fout.waarden(d, heen) if callable(fout.waarden) else fout.waarden
            if waarden:
                yield Mutant(_bericht(d, plaats, waarden))

    return Mutatie(fout.controle, "", fout.zin, fout.vraagt, frozenset(fout.samen), maker)


def _records(d: Declaratie, kenmerk: bytes) -> Iterator[tuple[int, bytes]]:
    if kenmerk == b"01":
        yield 0, d.kop
        return
    # The plainest records first: less depends on them.
    gewoon = dict.fromkeys(d.honoraria if kenmerk == b"04" else ())
    for plaats in gewoon | dict.fromkeys(d.plaatsen(kenmerk)):
        yield plaats, d.details[plaats]


def _bericht(d: Declaratie, plaats: int, waarden: Waarden) -> bytes:
    if next(iter(waarden)).startswith("01"):
        return d.met_kop(**{f"r{nummer}": waarde for nummer, waarde in waarden.items()})
    sleutel = {_SLEUTEL[nummer]: str(waarde) for nummer, waarde in waarden.items() if nummer in _SLEUTEL}
    if not sleutel:
        return d.bericht(d.anders((plaats, waarden)))
    overig = {nummer: waarde for nummer, waarde in waarden.items() if nummer not in _SLEUTEL}
    return d.bericht(d.andere_sleutel(plaats, sleutel, overig))


def dag_na(heen: bytes, nummer: str, dagen: int) -> str:
    """A date of a valid record, some days later."""
    dag = lees_datum(lees(heen, nummer))
    assert dag is not None, "the declaration is in order"
    return eejjmmdd(dag + dt.timedelta(days=dagen))


def alleen_waar(voorwaarde: Callable[[Declaratie, bytes], bool], waarden: Waarden) -> Bepaling:
    """Values for the records that are so."""
    return lambda d, heen: waarden if voorwaarde(d, heen) else None


def gevuld_in(nummer: str) -> Callable[[Declaratie, bytes], bool]:
    """Whether a rubriek of a record holds anything."""
    return lambda _, heen: gevuld(lees(heen, nummer))


def lege_partij(d: Declaratie, kop: bytes) -> Waarden | None:
    """A code for 0113 (COD833) of a party that the voorlooprecord doesn't name."""
    partijen = {"01": "0109", "02": "0110", "03": "0111", "04": "0112"}
    leeg = [code for code, nummer in partijen.items() if not gevuld(lees(kop, nummer))]
    return {"0113": leeg[0]} if leeg else None


def ander_berekend(d: Declaratie, heen: bytes) -> Waarden:
    """In a Wlz message the declaratiebedrag has to follow."""
    anders = {"0426": bedrag(heen, "0426") + 100}
    return {**anders, "0430": bedrag(heen, "0430") + 100} if d.wlz else anders


def vermindering(d: Declaratie, heen: bytes) -> Waarden | None:
    """A reduction of a euro that the other amounts take into account."""
    berekend = bedrag(heen, "0426") - 100
    if berekend <= 0 or tekst(heen, "0410") == "J":
        return None
    return {"0428": 100, "0426": berekend, "0430": min(berekend, bedrag(heen, "0430"))}


def lijst_vraagt(kenmerk: str) -> Callable[[Declaratie, bytes], bool]:
    """Whether the prestatiecodelijst asks for the element, kaak or vlak of a record."""

    def gevraagd(d: Declaratie, heen: bytes) -> bool:
        code = d.winkel.code(tekst(heen, "0413"), lees(heen, "0408"))
        return code is not None and bool(getattr(code, kenmerk))

    return gevraagd


def met_lijst(d: Declaratie, _: bytes) -> bool:
    """Whether the store has a prestatiecodelijst."""
    return bool(d.winkel.prestatiecodes)


def met_register(d: Declaratie, _: bytes) -> bool:
    """Whether the store has a register of zorgaanbieders."""
    return bool(d.winkel.zorgaanbieders)


def is_wlz(d: Declaratie, _: bytes) -> bool:
    """Whether this is a Wlz message."""
    return d.wlz


def is_zvw(d: Declaratie, _: bytes) -> bool:
    """Whether this is a Zvw message."""
    return not d.wlz


def met_bedragen(d: Declaratie, heen: bytes) -> bool:
    """Whether tarief, berekend bedrag and declaratiebedrag of a record are all filled."""
    return all(bedrag(heen, nummer) for nummer in ("0424", "0426", "0430"))


def ander_nummer(d: Declaratie, heen: bytes) -> Waarden | None:
    """The referentienummer of the first prestatierecord, for another one."""
    eerste = d.details[d.prestaties[0]]
    return {"0432": tekst(eerste, "0432")} if heen != eerste else None

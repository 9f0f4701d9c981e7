"""Defects of the file: its bytes, its lines, their order and numbers, and the sums in the sluitrecord."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.mutation.declaration import Declaratie, Mutant
from mzsim.mutation.mutators import Mutatie, mutatie, neem_op
from mzsim.standard.heen import heenrecord, lees, met
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import centen

_VERZEKERDE, _PRESTATIE = "a verzekerdenrecord", "a prestatierecord"


def _regels(d: Declaratie) -> list[bytes]:
    return d.bericht().split(CRLF)[:-1]


def _samen(regels: list[bytes]) -> Mutant:
    return Mutant(b"".join(regel + CRLF for regel in regels))


def _vervangen(d: Declaratie, plaats: int, *erin: bytes) -> Mutant:
    """The message with other lines in the place of one; 0 is the voorlooprecord, -1 the sluitrecord."""
    regels = _regels(d)
    plaats %= len(regels)
    return _samen([*regels[:plaats], *erin, *regels[plaats + 1 :]])


@mutatie("bestand-1")
def geen_voorlooprecord(d: Declaratie) -> Iterator[Mutant]:
    """The voorlooprecord is missing, so that nobody can be answered."""
    yield _vervangen(d, 0)


@mutatie("bestand-1", naam="leeg")
def leeg(d: Declaratie) -> Iterator[Mutant]:
    """The file is empty."""
    yield Mutant(b"")


@mutatie("bestand-2")
def alleen_lf(d: Declaratie) -> Iterator[Mutant]:
    """A record ends in LF only."""
    regels = _regels(d)
    yield Mutant(regels[0] + CRLF + regels[1] + b"\n" + b"".join(regel + CRLF for regel in regels[2:]))


@mutatie("bestand-2", naam="laatste")
def laatste_zonder_einde(d: Declaratie) -> Iterator[Mutant]:
    """The last record has no line end."""
    yield Mutant(d.bericht().removesuffix(CRLF))


@mutatie("record-1")
def te_kort(d: Declaratie) -> Iterator[Mutant]:
    """A record is a position short."""
    yield _vervangen(d, 1, _regels(d)[1][:-1])


@mutatie("record-1", naam="lang")
def te_lang(d: Declaratie) -> Iterator[Mutant]:
    """The sluitrecord is a position too long."""
    yield _vervangen(d, -1, _regels(d)[-1] + b" ")


@mutatie("record-2", samen=("record-4",))
def onbekend_kenmerk(d: Declaratie) -> Iterator[Mutant]:
    """A record of kenmerk 05 stands before the sluitrecord."""
    yield _vervangen(d, -1, b"05" + b" " * 308, _regels(d)[-1])


@mutatie("record-3")
def geen_sluitrecord(d: Declaratie) -> Iterator[Mutant]:
    """The sluitrecord is missing."""
    yield _vervangen(d, -1)


@mutatie("record-3", _PRESTATIE, naam="volgorde")
def prestatie_zonder_verzekerde(d: Declaratie) -> Iterator[Mutant]:
    """A prestatierecord stands before its verzekerdenrecord."""
    for eerste in d.prestaties[:1]:
        yield Mutant(d.bericht(d.verplaatst(eerste, d.verzekerde_van(eerste))))


@mutatie("record-3", naam="twee")
def twee_voorlooprecords(d: Declaratie) -> Iterator[Mutant]:
    """The voorlooprecord stands twice."""
    yield _vervangen(d, 0, d.kop, d.kop)


@mutatie("record-4", _VERZEKERDE)
def nummer_overgeslagen(d: Declaratie) -> Iterator[Mutant]:
    """The identificatie of the last detail record skips a number."""
    regels = _regels(d)
    genummerd = [plaats for plaats, regel in enumerate(regels) if regel[:2] in (b"02", b"04")]
    for plaats in genummerd[-1:]:
        rubriek = f"{regels[plaats][:2].decode('ascii')}02"
        yield _vervangen(d, plaats, met(regels[plaats], {rubriek: centen(lees(regels[plaats], rubriek)) + 1}))


@mutatie("record-5", _VERZEKERDE)
def debiteurrecord(d: Declaratie) -> Iterator[Mutant]:
    """A debiteurrecord goes to an insurer."""
    velden = {"0303": "D1", "0306": "1", "0307": "Voorbeeld", "0313": "1", "0315": "Dorpsstraat", "0320": "Zeist"}
    for verzekerde in d.plaatsen(b"02")[:1]:
        yield Mutant(d.bericht(d.ingevoegd(d.einde(verzekerde), heenrecord(b"03", velden))))


@mutatie("record-6", _VERZEKERDE)
def reserve_gevuld(d: Declaratie) -> Iterator[Mutant]:
    """The reserve of a record is filled."""
    for verzekerde in d.plaatsen(b"02")[:1]:
        yield Mutant(d.bericht(d.anders((verzekerde, {"0280": "X"}))))


@mutatie("9803-1", _PRESTATIE)
def regelnummer(d: Declaratie) -> Iterator[Mutant]:
    """A commentaarrecord is numbered 0002 where it is the first."""
    yield from _met_commentaar(d, {"9803": "0002", "9804": "Toelichting"})


@mutatie("9804-1", _PRESTATIE)
def leeg_commentaar(d: Declaratie) -> Iterator[Mutant]:
    """A commentaarrecord is empty."""
    yield from _met_commentaar(d, {"9803": "0001"})


def _met_commentaar(d: Declaratie, velden: dict[str, str]) -> Iterator[Mutant]:
    for i in d.prestaties:
        if d.einde(i) == i + 1:
            yield Mutant(d.bericht(d.ingevoegd(i + 1, heenrecord(b"98", velden))))


_SOMMEN = {
    "9902-1": "The number of verzekerdenrecords (9902) is one too many.",
    "9903-1": "The number of debiteurrecords (9903) is one too many.",
    "9904-1": "The number of prestatierecords (9904) is one too many.",
    "9905-1": "The number of commentaarrecords (9905) is one too many.",
    "9906-1": "The number of detail records (9906) is one too many.",
    "9907-1": "The total (9907) is a cent too much.",
}


def _som(controle: str, zin: str) -> Mutatie:
    rubriek = layouts("mz301")[b"99"][controle.partition("-")[0]]

    def maker(d: Declaratie) -> Iterator[Mutant]:
        sluit = _regels(d)[-1]
        yield _vervangen(d, -1, met(sluit, {rubriek.nummer: centen(sluit[rubriek.plaats]) + 1}))

    return Mutatie(controle, "", zin, "", frozenset(), maker)


for _controle, _zin in _SOMMEN.items():
    neem_op(_som(_controle, _zin))

"""Defects of the file: its bytes, its lines, their order and numbers, and the sums in the sluitrecord."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.mutation.debiteur import debiteurrecord_of
from mzsim.mutation.declaration import MutableDeclaration, Mutant
from mzsim.mutation.mutators import Mutation, add, mutation
from mzsim.standard.heen import combined_with, heenrecord, read
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import cents

_VERZEKERDE, _PRESTATIE = "a verzekerdenrecord", "a prestatierecord"


def _lines(d: MutableDeclaration) -> list[bytes]:
    return d.message().split(CRLF)[:-1]


def _together(lines: list[bytes]) -> Mutant:
    return Mutant(b"".join(line + CRLF for line in lines))


def _replace(d: MutableDeclaration, place: int, *in_it: bytes) -> Mutant:
    """The message with other lines in the place of one; 0 is the voorlooprecord, -1 the sluitrecord."""
    lines = _lines(d)
    place %= len(lines)
    return _together([*lines[:place], *in_it, *lines[place + 1 :]])


@mutation("bestand-1")
def no_voorlooprecord(d: MutableDeclaration) -> Iterator[Mutant]:
    """The voorlooprecord is missing, so that nobody can be answered."""
    yield _replace(d, 0)


@mutation("bestand-1", name="leeg")
def empty(d: MutableDeclaration) -> Iterator[Mutant]:
    """The file is empty."""
    yield Mutant(b"")


@mutation("bestand-2")
def only_lf(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record ends in LF only."""
    lines = _lines(d)
    yield Mutant(lines[0] + CRLF + lines[1] + b"\n" + b"".join(line + CRLF for line in lines[2:]))


@mutation("bestand-2", name="laatste")
def last_without_end(d: MutableDeclaration) -> Iterator[Mutant]:
    """The last record has no line end."""
    yield Mutant(d.message().removesuffix(CRLF))


@mutation("record-1")
def too_short(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record is a position short."""
    yield _replace(d, 1, _lines(d)[1][:-1])


@mutation("record-1", name="lang")
def too_long(d: MutableDeclaration) -> Iterator[Mutant]:
    """The sluitrecord is a position too long."""
    yield _replace(d, -1, _lines(d)[-1] + b" ")


@mutation("record-2", together=("record-4",))
def unknown_kenmerk(d: MutableDeclaration) -> Iterator[Mutant]:
    """A record of kenmerk 05 stands before the sluitrecord."""
    yield _replace(d, -1, b"05" + b" " * 308, _lines(d)[-1])


@mutation("record-3")
def no_sluitrecord(d: MutableDeclaration) -> Iterator[Mutant]:
    """The sluitrecord is missing."""
    yield _replace(d, -1)


@mutation("record-3", _PRESTATIE, name="volgorde")
def prestatie_without_verzekerde(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatierecord stands before its verzekerdenrecord."""
    for first in d.prestaties[:1]:
        yield Mutant(d.message(d.moved(first, d.verzekerde_of(first))))


@mutation("record-3", name="twee")
def two_voorlooprecords(d: MutableDeclaration) -> Iterator[Mutant]:
    """The voorlooprecord stands twice."""
    yield _replace(d, 0, d.header, d.header)


@mutation("record-4", _VERZEKERDE)
def number_skipped(d: MutableDeclaration) -> Iterator[Mutant]:
    """The identificatie of the last detail record skips a number."""
    lines = _lines(d)
    numbered = [place for place, line in enumerate(lines) if line[:2] in (b"02", b"04")]
    for place in numbered[-1:]:
        rubriek = f"{lines[place][:2].decode('ascii')}02"
        yield _replace(d, place, combined_with(lines[place], {rubriek: cents(read(lines[place], rubriek)) + 1}))


@mutation("record-5", _VERZEKERDE)
def debiteurrecord(d: MutableDeclaration) -> Iterator[Mutant]:
    """A debiteurrecord goes to an insurer."""
    for verzekerde in d.places(b"02")[:1]:
        yield Mutant(d.message(d.inserted(d.end(verzekerde), debiteurrecord_of("D1"))))


@mutation("record-6", _VERZEKERDE)
def reserve_filled(d: MutableDeclaration) -> Iterator[Mutant]:
    """The reserve of a record is filled."""
    for verzekerde in d.places(b"02")[:1]:
        yield Mutant(d.message(d.otherwise((verzekerde, {"0280": "X"}))))


@mutation("record-7", _VERZEKERDE)
def without_prestaties(d: MutableDeclaration) -> Iterator[Mutant]:
    """A verzekerde has no prestatierecord."""
    for verzekerde in d.places(b"02")[:1]:
        yield Mutant(d.message(d.without(*d.of_verzekerde(verzekerde))))


@mutation("record-7", name="leeg")
def without_verzekerden(d: MutableDeclaration) -> Iterator[Mutant]:
    """The message has no verzekerdenrecord."""
    yield Mutant(d.message([]))


@mutation("9803-1", _PRESTATIE)
def line_number(d: MutableDeclaration) -> Iterator[Mutant]:
    """A commentaarrecord is numbered 0002 where it is the first."""
    yield from _with_commentaar(d, {"9803": "0002", "9804": "Toelichting"})


@mutation("9804-1", _PRESTATIE)
def empty_commentaar(d: MutableDeclaration) -> Iterator[Mutant]:
    """A commentaarrecord is empty."""
    yield from _with_commentaar(d, {"9803": "0001"})


@mutation("9804-2", _PRESTATIE)
def indented_commentaar(d: MutableDeclaration) -> Iterator[Mutant]:
    """The text of a commentaarrecord begins with a space."""
    yield from _with_commentaar(d, {"9803": "0001", "9804": " Toelichting"})


def _with_commentaar(d: MutableDeclaration, fields: dict[str, str]) -> Iterator[Mutant]:
    for i in d.prestaties:
        if d.end(i) == i + 1:
            yield Mutant(d.message(d.inserted(i + 1, heenrecord(b"98", fields))))


_SUMS = {
    "9902-1": "The number of verzekerdenrecords (9902) is one too many.",
    "9903-1": "The number of debiteurrecords (9903) is one too many.",
    "9904-1": "The number of prestatierecords (9904) is one too many.",
    "9905-1": "The number of commentaarrecords (9905) is one too many.",
    "9906-1": "The number of detail records (9906) is one too many.",
    "9907-1": "The total (9907) is a cent too much.",
}


def _total(check: str, sentence: str) -> Mutation:
    rubriek = layouts("mz301")[b"99"][check.partition("-")[0]]

    def maker(d: MutableDeclaration) -> Iterator[Mutant]:
        sluitrecord = _lines(d)[-1]
        yield _replace(d, -1, combined_with(sluitrecord, {rubriek.nummer: cents(sluitrecord[rubriek.plaats]) + 1}))

    return Mutation(check, "", sentence, "", frozenset(), maker)


for _check, _sentence in _SUMS.items():
    add(_total(_check, _sentence))

"""A declaration to be mutated: its records as bytes, and the ways to change them in which counts and totals stay right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.checks.voorlooprecord import WLZ
from mzsim.domain.sets import Role, role_of
from mzsim.mutation.store_lines import Lists, Shop
from mzsim.standard.heen import combined_with, heenbericht, numbered, read
from mzsim.standard.layout import CHARSET, CRLF
from mzsim.standard.values import DEBET, cents, read_date

Fields = Mapping[str, str | int]

_FACTUURNUMMER = "MUTATIE-{}"


class Mutant(NamedTuple):
    """A declaration with a defect. `earlier` are declarations that are sent before it, `store` lines that the store holds
    beside, or in the place of, what it held."""

    message: bytes
    store: Lists | None = None
    earlier: tuple[bytes, ...] = ()


class MutableDeclaration(NamedTuple):
    """A valid message: its voorlooprecord, its detail records, the processing date and what is known of its store."""

    header: bytes
    details: tuple[bytes, ...]
    date: dt.date
    shop: Shop

    @classmethod
    def of(cls, message: bytes, date: dt.date, shop: Shop) -> MutableDeclaration:
        """Takes a message apart whose structure is in order."""
        header, *details, _sluitrecord = message.split(CRLF)[:-1]
        return cls(header, tuple(details), date, shop)

    @property
    def wlz(self) -> bool:
        return read(self.header, "0102") == WLZ

    @property
    def uzovi(self) -> str:
        """Rubriek 0108."""
        return text(self.header, "0108")

    def message(self, details: Sequence[bytes] | None = None, header: bytes | None = None) -> bytes:
        """The message with other detail records or another voorlooprecord; numbers, counts and total follow."""
        return heenbericht(header or self.header, numbered(self.details if details is None else details))

    def places(self, kenmerk: bytes) -> list[int]:
        """Where the records of a type stand among the details."""
        return [place for place, heen in enumerate(self.details) if heen[:2] == kenmerk]

    @property
    def prestaties(self) -> list[int]:
        return self.places(b"04")

    @property
    def honoraria(self) -> list[int]:
        """Records 01 (debet) with no costs behind them, that are neither hours nor travelling expenses."""
        usual = (Role.HONORARIUM, Role.BESIDE)
        return [i for i in self.prestaties if self.role(i) in usual and self.debet(i) and not self.costs_of(i)]

    def debet(self, place: int) -> bool:
        return read(self.details[place], "0431") == DEBET

    def role(self, place: int) -> Role:
        """What a prestatierecord is to its set."""
        heen = self.details[place]
        return role_of(read(heen, "0409"), read(heen, "0413").rstrip(), wlz=self.wlz)

    def costs_of(self, place: int) -> int | None:
        """Where the 02 or 04 stands that belongs to a record 01, directly behind it."""
        following = self.end(place)
        if following == len(self.details) or self.details[following][:2] != b"04":
            return None
        own = self.role(following) is Role.KOSTEN and read(self.details[following], "0413") == read(
            self.details[place], "0413"
        )
        return following if own else None

    def end(self, place: int) -> int:
        """Where what follows a record and its commentaar stands."""
        place += 1
        while place < len(self.details) and self.details[place][:2] == b"98":
            place += 1
        return place

    def verzekerde_of(self, place: int) -> int:
        """Where the verzekerdenrecord above a record stands."""
        return max(i for i in self.places(b"02") if i <= place)

    def of_verzekerde(self, place: int) -> list[int]:
        """Where the prestatierecords below a verzekerdenrecord stand."""
        following = min((i for i in self.places(b"02") if i > place), default=len(self.details))
        return [i for i in self.prestaties if place < i < following]

    def otherwise(self, *changes: tuple[int, Fields]) -> list[bytes]:
        """The details with other values in some records."""
        details = list(self.details)
        for place, fields in changes:
            details[place] = combined_with(details[place], fields)
        return details

    def other_key(self, place: int, key: Mapping[str, str], other: Fields | None = None) -> list[bytes]:
        """The details with another key of a verzekerde, in his prestatierecords too: {"03": bsn, "04": uzovi, …}."""
        own = {f"02{rubriek}": value for rubriek, value in key.items()}
        in_prestatie = {f"04{rubriek}": value for rubriek, value in key.items()}
        under = ((i, in_prestatie) for i in self.of_verzekerde(place))
        return self.otherwise((place, {**own, **(other or {})}), *under)

    def inserted(self, before: int, *records: bytes) -> list[bytes]:
        """The details with records before a place."""
        return [*self.details[:before], *records, *self.details[before:]]

    def without(self, *gone: int) -> list[bytes]:
        """The details without some records and their commentaar."""
        left_out = {place for begin in gone for place in range(begin, self.end(begin))}
        return [heen for place, heen in enumerate(self.details) if place not in left_out]

    def moved(self, place: int, before: int) -> list[bytes]:
        """The details with a record and its commentaar at another place."""
        part = self.details[place : self.end(place)]
        rest = [*self.details[:place], *[b""] * len(part), *self.details[self.end(place) :]]
        return [heen for heen in (*rest[:before], *part, *rest[before:]) if heen]

    def changed(self, place: int, **otherwise: str | int) -> bytes:
        """A copy of a prestatierecord with a referentienummer of its own, and other values (r0425=2)."""
        return combined_with(self.details[place], {"0432": self.free_reference(), **_rubrieken(otherwise)})

    def free_reference(self, begin: str = "MUTATIE") -> str:
        """A referentienummer that no record has."""
        taken = {text(self.details[i], "0432") for i in self.prestaties}
        return next(number for n in range(len(taken) + 1) if (number := f"{begin}-{n + 1}") not in taken)

    def loose(self, place: int, record: bytes, number: int = 1) -> bytes:
        """A message of the verzekerde at a place with one prestatierecord, under another factuurnummer."""
        header = combined_with(self.header, {"0116": _FACTUURNUMMER.format(number)})
        return self.message([self.details[self.verzekerde_of(place)], record], header)

    def with_header(self, **otherwise: str | int) -> bytes:
        """The message with other values in the voorlooprecord (r0119="USD")."""
        return self.message(header=combined_with(self.header, _rubrieken(otherwise)))

    def pairs(self) -> Iterator[tuple[MutableDeclaration, int]]:
        """Declarations with a 01 that has costs (02 or 04) behind it, and where that 01 stands.

        This one where it has such a pair; or else with costs added to a 01, under a prestatiecode that knows them.
        """
        own = [i for i in self.prestaties if self.role(i) in _HONORARIA and self.debet(i)]
        with_costs = [i for i in own if self.costs_of(i)]
        yield from ((self, i) for i in with_costs)
        if with_costs:
            return
        for i in sorted(own, key=lambda i: not self.knows_costs(i)):
            code = self.shop.cost_code(read(self.details[i], "0408"))
            e = self
            if not self.knows_costs(i) and code is not None:
                e = self._replace(details=tuple(self.otherwise((i, {"0413": code}))))
            if e.knows_costs(i):
                yield e._replace(details=tuple(e.inserted(e.end(i), e.costs_at(i)))), i

    def knows_costs(self, place: int) -> bool:
        """Whether the prestatiecode of a record knows costs; any does where the store has no list."""
        heen = self.details[place]
        code = self.shop.code(text(heen, "0413"), read(heen, "0408"))
        return not self.shop.prestatiecodes or (code is not None and code.techniekkosten)

    def costs_at(self, place: int, kind: str = "02", **otherwise: str | int) -> bytes:
        """A record 02 of ten euro for a record 01."""
        amounts: dict[str, str | int] = {"0424": 1000, "0425": 1, "0426": 1000, "0428": 0, "0430": 1000}
        return combined_with(self.changed(place), {"0409": kind, **amounts, **_rubrieken(otherwise)})

    def born(self, place: int) -> dt.date:
        """Date of birth in a verzekerdenrecord."""
        born = read_date(read(self.details[place], "0207"))
        assert born is not None, "the declaration is in order"
        return born


_HONORARIA = (Role.HONORARIUM, Role.BESIDE)


def text(heen: bytes, number: str) -> str:
    """A rubriek without trailing spaces."""
    return read(heen, number).decode(CHARSET).rstrip(" ")


def amount(heen: bytes, number: str) -> int:
    """An amount or number of a record."""
    return cents(read(heen, number))


def _rubrieken(otherwise: Mapping[str, str | int]) -> dict[str, str | int]:
    return {name[1:]: value for name, value in otherwise.items()}

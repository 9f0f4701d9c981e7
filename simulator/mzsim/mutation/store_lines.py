"""What the store of a declaration holds, as its store files say it: lines to look up, and to give back changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.standard.values import elfproef, read_date, write_date
from mzsim.store.verzekeraarsbestand import KEYS, Content, Prestatiecoderegel, read_file

Line = dict[str, Any]
Lists = dict[str, list[Line]]
"""A store file in the making: its lists by key."""

_LISTS = ("uzovi", "zorgaanbieders", "contracten", "pakketten", "polissen")
_FIRST_UZOVI, _LAST_UZOVI = 9990, 9000
_FIRST_BSN, _LAST_BSN = 999_900_000, 1_000_000_000


class Shop(NamedTuple):
    """The lines of all store files, a later one over an earlier one with its key; as written, but for prestatiecodes."""

    uzovi: dict[str, Line]
    zorgaanbieders: dict[str, Line]
    contracten: list[Line]
    pakketten: list[Line]
    polissen: list[Line]
    prestatiecodes: list[Prestatiecoderegel]

    def polissen_of(self, bsn: str) -> list[Line]:
        """The polissen of a BSN, with every insurer."""
        return [polis for polis in self.polissen if polis["bsn"] == bsn]

    def pakketten_of(self, polissen: Sequence[Line]) -> list[Line]:
        """The pakketten of these polissen, each once."""
        named = {(polis["uzovi"], code) for polis in polissen for code in polis.get("pakketten") or ()}
        return [pakket for pakket in self.pakketten if (pakket["uzovi"], pakket["code"]) in named]

    def code(self, code: str, date: bytes) -> Prestatiecoderegel | None:
        """The line of the prestatiecodelijst on a day (EEJJMMDD)."""
        return next((line for line in self.prestatiecodes if line.code == code and _holds(line, date)), None)

    def cost_code(self, date: bytes) -> str | None:
        """A prestatiecode that knows costs of technique on a day, and asks for no place in the mouth."""
        good = (
            line.code
            for line in self.prestatiecodes
            if line.techniekkosten and _holds(line, date) and not (line.element or line.kaak or line.vlak)
        )
        return next(good, None)

    def free_uzovi(self) -> str:
        """A UZOVI-nummer that no insurer here has."""
        possible = (str(number) for number in range(_FIRST_UZOVI, _LAST_UZOVI, -1))
        return next(number for number in possible if number not in self.uzovi)

    def free_bsns(self) -> Iterator[str]:
        """BSNs that pass the elfproef and that nobody here has."""
        taken = {polis["bsn"] for polis in self.polissen}
        possible = (str(number) for number in range(_FIRST_BSN, _LAST_BSN))
        return (bsn for bsn in possible if elfproef(bsn.encode("ascii")) and bsn not in taken)


def _holds(line: Prestatiecoderegel, date: bytes) -> bool:
    day = read_date(date)
    return day is not None and line.ingang <= day and (line.einde is None or day <= line.einde)


def read_shop(files: Sequence[Path]) -> Shop:
    """The lines of these files, in order. Raises StoreFileError."""
    lists: dict[str, dict[Any, Line]] = {name: {} for name in _LISTS}
    codes: dict[tuple[str, dt.date], Prestatiecoderegel] = {}
    for path in files:
        content, tree = read_file(path)
        for name, lines in lists.items():
            written = (tree.root or {}).get(name, [])
            for was_read, line in zip(getattr(content, name), written, strict=True):
                lines[tuple(getattr(was_read, part) for part in KEYS[name])] = line
        codes |= {(line.code, line.ingang): line for line in content.prestatiecodes}
    return Shop(
        {line["nummer"]: line for line in lists["uzovi"].values()},
        {line["agb"]: line for line in lists["zorgaanbieders"].values()},
        list(lists["contracten"].values()),
        list(lists["pakketten"].values()),
        list(lists["polissen"].values()),
        list(codes.values()),
    )


class _StoreDumper(yaml.SafeDumper):
    """Writes amounts as they were read, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# The reader's own mappings and lists know their lines; here they are like any other.
_StoreDumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
_StoreDumper.add_multi_representer(list, yaml.SafeDumper.represent_list)
_StoreDumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
)


def as_store_file(lists: Lists, header: str) -> bytes:
    """A store file with a comment above it, a line for each of its lines."""
    text = f"# {header}\n"
    for name in Content.model_fields:
        lines = lists.get(name)
        if lines:
            text += f"{name}:\n" + "".join(f"  - {_stream(line)}\n" for line in lines)
    return text.encode("utf-8")


def _stream(line: Line) -> str:
    text: str = yaml.dump(
        line, Dumper=_StoreDumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return text.strip()


def date_of(value: Any) -> dt.date:
    """A date of a store file as it was written: as such, or in quotes."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def eejjmmdd(day: dt.date) -> str:
    """A date as a record holds it."""
    return write_date(day).decode("ascii")

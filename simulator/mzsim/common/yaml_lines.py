"""YAML as plain values that know their lines, strictly: no duplicate keys, no tags, one document.

Read from the parser's events: that takes a tenth of the time and memory of a tree of nodes, and no recursion.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.common.errors import StoreFileError

Plek = tuple[str | int, ...]
"""Where a value stands: keys and numbers from the top, as ("polissen", 3, "naam")."""

LADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DIEPTE = 20
_MAX_HERHAALD = 1_000_000
"""How many values aliases may add; a file that repeats itself without end is refused."""


CONTROL_CHARACTER = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
NO_CONTROL_CHARACTER = "holds a line end or another control character; write it on one line"


class YamlText(NamedTuple):
    """The text of a file that stands nowhere, and what errors call it."""

    text: str
    name: str = "<text>"

    def __str__(self) -> str:
        return self.name


class Values(NamedTuple):
    """What a file would hold, as mappings, lists and plain values; it has no lines. `name` is what errors call it."""

    content: Any
    name: str = "<mapping>"

    def __str__(self) -> str:
        return self.name


Source = Path | YamlText | Values


class Kaart(dict[str, Any]):
    """A mapping; `regels` are the lines of its keys, in the order of the file."""

    __slots__ = ("regels",)

    def __init__(self) -> None:
        self.regels: list[int] = []


class Lijst(list[Any]):
    """A list; `regels` are the lines of its items."""

    __slots__ = ("regels",)

    def __init__(self) -> None:
        self.regels: list[int] = []


class Onbruikbaar:
    """A number, date or sign in a spelling that has no place in a file: 0736, 1_000, 1:30, 2011-02-30, <<."""


ONBRUIKBAAR = Onbruikbaar()


class Fout(NamedTuple):
    """Something wrong; `volgorde`, its number at each level from the top, gives the order of the file."""

    regel: int
    volgorde: tuple[int, ...]
    plek: Plek
    wat: str


class Boom(NamedTuple):
    """What was read of a file, and what was wrong with it as YAML. Without a file the line of everything is 0."""

    pad: Source
    wortel: Any
    fouten: list[Fout]

    def fout(self, plek: Plek, wat: str) -> Fout:
        """An error about the value at a place. A key that is missing comes behind those that the mapping has."""
        regel, volgorde, knoop = int(not isinstance(self.pad, Values)), [], self.wortel
        for deel in plek:
            if isinstance(knoop, Kaart) and deel in knoop:
                volgorde.append(list(knoop).index(str(deel)))
            elif isinstance(knoop, Lijst) and isinstance(deel, int):
                volgorde.append(deel)
            else:
                volgorde.append(sys.maxsize)
                break
            regel, knoop = knoop.regels[volgorde[-1]], knoop[deel]
        return Fout(regel, tuple(volgorde), plek, wat)

    def eis_geen(self, fouten: Iterable[Fout]) -> None:
        """Raises the first error in the order of the file."""
        if alle := list(fouten):
            raise self.eerste(alle)

    def eerste(self, fouten: Iterable[Fout]) -> StoreFileError:
        """The first of these errors in the order of the file."""
        fout = min(fouten, key=lambda fout: fout.volgorde)
        return bestandsfout(self.pad, fout.regel, fout.wat, fout.plek)


def bestandsfout(pad: Source, regel: int | None, wat: str, plek: Plek = ()) -> StoreFileError:
    """The one line that tells an error."""
    waar = "".join(f"[{deel}]" if isinstance(deel, int) else f".{leesbaar(deel)}" for deel in plek).removeprefix(".")
    return StoreFileError(": ".join(filter(None, (f"{pad}:{regel}" if regel else str(pad), waar, wat))))


def leesbaar(deel: str) -> str:
    """Text of the file as it can stand in one line."""
    return deel if re.fullmatch(r"[\w-]{1,60}", deel) else json.dumps(deel[:60])


def lees_yaml(pad: Path | YamlText) -> Boom:
    """Reads a file or a text; raises StoreFileError where it can't be read to its end. `fouten` holds what else is wrong."""
    tekst = _lees_tekst(pad)
    if vreemd := yaml.reader.Reader.NON_PRINTABLE.search(tekst):
        raise bestandsfout(pad, _regel(tekst[: vreemd.start()]), "not YAML: a control character; is this a text file?")
    bouwer = _Bouwer(pad)
    verwerkt = 0
    try:
        gebeurtenis: Any
        for gebeurtenis in yaml.parse(tekst, Loader=LADER):
            bouwer(gebeurtenis)
            verwerkt = gebeurtenis.end_mark.index
    except yaml.MarkedYAMLError as fout:
        plaats = fout.problem_mark or fout.context_mark
        if plaats is not None:
            bouwer.eis_niet_te_diep(tekst[verwerkt : plaats.index], plaats.line + 1)
        raise bestandsfout(pad, plaats.line + 1 if plaats else 1, f"not YAML: {fout.problem}") from None
    except (yaml.YAMLError, ValueError) as fout:  # of the parser in Python: a character that doesn't exist
        raise bestandsfout(pad, None, f"not YAML: {' '.join(str(fout).split())}") from None
    return Boom(pad, bouwer.wortel, bouwer.fouten)


def _lees_tekst(pad: Path | YamlText) -> str:
    if isinstance(pad, YamlText):
        return pad.text.removeprefix("\ufeff")
    try:
        inhoud = pad.read_bytes()
    except IsADirectoryError:
        raise bestandsfout(pad, None, "is a folder; name the files in it") from None
    except OSError as fout:
        raise bestandsfout(pad, None, f"can't be read: {fout.strerror}") from None
    except ValueError as fout:
        raise bestandsfout(pad, None, f"can't be read: {fout}") from None
    try:
        return inhoud.decode("utf-8-sig")
    except UnicodeDecodeError as fout:
        regel = _regel(inhoud[: fout.start].decode("utf-8", "replace"))
        raise bestandsfout(pad, regel, "not UTF-8; save the file as UTF-8") from None


def _regel(ervoor: str) -> int:
    return len(re.findall(r"\r\n|[\r\n\x85\u2028\u2029]", ervoor)) + 1


class _Open:
    """A mapping or list that is being read; of a mapping also the key that waits for its value."""

    __slots__ = ("anker", "begin", "houder", "regel", "sleutel", "sleutelregel")

    def __init__(self, houder: Kaart | Lijst, regel: int, anker: str | None, begin: int) -> None:
        self.houder, self.regel, self.anker, self.begin = houder, regel, anker, begin
        self.sleutel: str | None = None
        self.sleutelregel = regel


class _Bouwer:
    """Makes values of events, and remembers what is wrong with them."""

    def __init__(self, pad: Path | YamlText) -> None:
        self.wortel: Any = None
        self.fouten: list[Fout] = []
        self._pad = pad
        self._open: list[_Open] = []
        self._ankers: dict[str, tuple[Any, int]] = {}
        self._documenten = self._knopen = self._herhaald = 0

    def __call__(self, e: Any) -> None:
        soort, regel = type(e), e.start_mark.line + 1
        if soort is yaml.ScalarEvent:
            self._scalair(e, regel)
        elif soort is yaml.MappingStartEvent or soort is yaml.SequenceStartEvent:
            self._begin(e, regel, Kaart() if soort is yaml.MappingStartEvent else Lijst())
        elif soort is yaml.MappingEndEvent or soort is yaml.SequenceEndEvent:
            dicht = self._open.pop()
            if dicht.anker:
                self._ankers[dicht.anker] = (dicht.houder, self._knopen - dicht.begin)
            self._voeg_toe(dicht.houder, dicht.regel)
        elif soort is yaml.AliasEvent:
            self._alias(e.anchor, regel)
        elif soort is yaml.DocumentStartEvent:
            self._documenten += 1
            if self._documenten > 1:
                raise bestandsfout(self._pad, regel, "a second document begins here; make it a file of its own")

    def _begin(self, e: Any, regel: int, houder: Kaart | Lijst) -> None:
        if e.tag is not None:
            self._fout(regel, f"leave out the tag {leesbaar(e.tag)}")
        if len(self._open) >= MAX_DIEPTE:
            raise self._te_diep(regel)
        self._open.append(_Open(houder, regel, e.anchor, self._knopen))

    def eis_niet_te_diep(self, ongelezen: str, regel: int) -> None:
        """Raises where what the parser stopped in opens more than a file may, so that its own limit never speaks first.

        The parser reads ahead of its events, and how deep it goes depends on its version.
        """
        geopend = len(re.findall(r"[\[{]", ongelezen)) - len(re.findall(r"[\]}]", ongelezen))
        if len(self._open) + geopend > MAX_DIEPTE:
            raise self._te_diep(regel)

    def _te_diep(self, regel: int) -> StoreFileError:
        return bestandsfout(self._pad, regel, f"is nested more than {MAX_DIEPTE} deep; no key of a store is")

    def _scalair(self, e: Any, regel: int) -> None:
        waarde: Any = e.value
        if e.tag is not None:
            self._fout(regel, f"leave out the tag {leesbaar(e.tag)}")
        elif e.implicit[0]:
            waarde = _gewoon(waarde)
        elif not waarde.isprintable() and re.search(CONTROL_CHARACTER, waarde):
            self._fout(regel, NO_CONTROL_CHARACTER)
        if e.anchor:
            self._ankers[e.anchor] = (waarde, 1)
        self._voeg_toe(waarde, regel)

    def _alias(self, naam: str, regel: int) -> None:
        if naam not in self._ankers:
            wat = f"*{leesbaar(naam)} stands for nothing that was read before; write the value out"
            raise bestandsfout(self._pad, regel, wat)
        waarde, omvang = self._ankers[naam]
        self._knopen += omvang
        self._herhaald += omvang
        if self._herhaald > _MAX_HERHAALD:
            raise bestandsfout(self._pad, regel, "repeats more than can be loaded; write the values out")
        self._voeg_toe(waarde, regel)

    def _voeg_toe(self, waarde: Any, regel: int) -> None:
        self._knopen += 1
        if not self._open:
            self.wortel = waarde
            return
        boven = self._open[-1]
        houder = boven.houder
        if isinstance(houder, Lijst):
            houder.append(waarde)
            houder.regels.append(regel)
        elif boven.sleutel is None:
            if type(waarde) is not str:
                self._fout(regel, "this key is no text; put it in quotes (<< is not supported)")
                waarde = "?"
            boven.sleutel, boven.sleutelregel = waarde, regel
        else:
            if boven.sleutel in houder:
                self._fout(boven.sleutelregel, "this key stands here twice; leave one out")
            else:
                houder[boven.sleutel] = waarde
                houder.regels.append(boven.sleutelregel)
            boven.sleutel = None

    def _fout(self, regel: int, wat: str) -> None:
        delen = (o.sleutel if isinstance(o.houder, Kaart) else len(o.houder) for o in self._open)
        plek = tuple(deel for deel in delen if deel is not None)
        self.fouten.append(Fout(regel, tuple(len(o.houder) for o in self._open), plek, wat))


_GETAL = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BREUK = re.compile(r"-?[0-9]+\.[0-9]+")
_DATUM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SOORTEN = yaml.SafeLoader.yaml_implicit_resolvers


@lru_cache(maxsize=65536)
def _gewoon(tekst: str) -> Any:
    """What a scalar without quotes stands for (YAML 1.1); numbers with a point as Decimal."""
    for tag, patroon in _SOORTEN.get(tekst[:1], ()):
        if patroon.match(tekst):
            return _waarde(tag.rpartition(":")[2], tekst)
    return tekst


def _waarde(soort: str, tekst: str) -> Any:
    if soort == "null":
        return None
    if soort == "bool":
        return tekst.lower() in ("yes", "true", "on")
    if soort == "int" and _GETAL.fullmatch(tekst):
        return int(tekst)
    if soort == "float" and _BREUK.fullmatch(tekst):
        return Decimal(tekst)
    if soort == "timestamp" and _DATUM.fullmatch(tekst):
        with suppress(ValueError):
            return dt.date.fromisoformat(tekst)
    return ONBRUIKBAAR

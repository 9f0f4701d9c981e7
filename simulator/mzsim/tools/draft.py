"""The least verzekeraarsbestand in which declarations are granted, drawn from the declarations themselves.

A store says who is insured and for what. A declaration names its insurer, its verzekerden and its authorisations, so a store
to begin with follows from it. What is wrong with the declaration itself no store repairs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import FileState, open_message, readable, unchanged
from mzsim.common.yaml_lines import YamlText
from mzsim.domain.findings import Outcome
from mzsim.domain.parties import parties
from mzsim.pipeline import Order, replay
from mzsim.reading.first_reading import FirstReading, read_first
from mzsim.standard.layout import CHARSET
from mzsim.standard.reader import read_groups
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import BSN_UNKNOWN, elfproef, filled, read_date, text
from mzsim.store.loading import load_file
from mzsim.store.session import open_in_memory

Declaration = Path | BytesMessage

_PAKKET = "ALLES"


class Draft(NamedTuple):
    """A verzekeraarsbestand as text, and what each declaration, in order, is answered on a store that holds nothing else."""

    text: str
    answers: Sequence[Outcome]


class _Person(NamedTuple):
    """A verzekerde as his insurer knows him: by his BSN or, without one, by verzekerdennummer and date of birth."""

    uzovi: str
    bsn: str | None
    number: str
    born: dt.date | None


@dataclass
class _Polis:
    name: str
    born: dt.date
    place: str
    numbers: dict[str, None] = field(default_factory=dict)
    """The verzekerdennummers that he was declared with."""
    first: dt.date | None = None
    """The first day of care that was declared for him."""


@dataclass
class _Machtiging:
    bsn: str | None
    agb: str
    place: str
    codes: dict[str, None] = field(default_factory=dict)
    days: list[dt.date] = field(default_factory=list)


@dataclass
class _Found:
    """What declarations name, each thing once, in their order."""

    insurers: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """By UZOVI-nummer: its soort, and what it is a label of."""
    addressed: set[str] = field(default_factory=set)
    """The UZOVI-nummers of 0108."""
    polissen: dict[_Person, _Polis] = field(default_factory=dict)
    machtigingen: dict[tuple[str, str], _Machtiging] = field(default_factory=dict)
    """By UZOVI-nummer and number."""
    left_out: list[str] = field(default_factory=list)
    """What no store can help, each in one sentence."""

    def persons(self) -> dict[_Person, _Polis]:
        """The polissen with the number that each is to hold; who is declared with and without his BSN has one."""
        persons: dict[_Person, _Polis] = {}
        alike = {
            (person.uzovi, number, polis.born): person
            for person, polis in self.polissen.items()
            for number in polis.numbers
            if person.bsn is not None
        }
        numbered: dict[_Person, str] = {}
        for person, polis in self.polissen.items():
            same = alike.get((person.uzovi, person.number, polis.born))
            if person.bsn is None and same is not None:
                numbered[same] = person.number
                first = self.polissen[same].first
                self.polissen[same].first = min(polis.first or polis.born, first or polis.born)
            else:
                persons[person] = polis
        return {person._replace(number=numbered.get(person, person.number)): polis for person, polis in persons.items()}


def draft(declarations: Sequence[Declaration], date: dt.date) -> Draft:
    """A store file for declarations that are processed on this date, in this order.

    Raises InputError for one that can't be read, has a structure that is not in order, or goes to no insurer.
    """
    found = _Found()
    for declaration in declarations:
        name = str(declaration) if len(declarations) > 1 else ""
        with open_message(declaration) as source:
            state = FileState.whether(source)
            with readable(declaration), unchanged(declaration, source, state):
                first_reading = read_first(source, lambda _: None)
                _require_readable(declaration, first_reading)
                _Reading(found, first_reading, name).read(source)
    content = "\n".join(_lines(found)) + "\n"
    return Draft(content, _answers(content, declarations, date))


def _require_readable(declaration: Declaration, first_reading: FirstReading) -> None:
    wrong = None
    if first_reading.voorloop is None:
        wrong = "has no readable voorlooprecord, so that no store can answer it"
    elif first_reading.foreign:
        wrong = "is no MZ301 declaration, so that no store can answer it"
    elif first_reading.structure:
        wrong = "has records or lines that are not in order, so that no store can answer it"
    elif first_reading.to_servicebureau:
        wrong = "goes to a servicebureau (0108 is empty), so that no insurer answers it"
    elif not first_reading.voorloop.uzovi.isdigit() or not filled(first_reading.voorloop.uzovi):
        wrong = "names no insurer (0108), so that no store can answer it"
    if wrong is not None:
        raise InputError(f"{declaration}: {wrong}; mzsim replay says more")


class _Reading:
    """One reading of one declaration."""

    def __init__(self, found: _Found, first_reading: FirstReading, name: str) -> None:
        assert first_reading.voorloop is not None
        self._found = found
        self._name = name
        self._wlz = first_reading.wlz
        self._uzovi = first_reading.voorloop.uzovi.decode(CHARSET)
        self._agb = next(iter(parties(first_reading.voorloop)), b"").decode(CHARSET)
        self._polis: _Polis | None = None

    def read(self, source: BinaryIO) -> None:
        """Takes down what the declaration names."""
        self._found.insurers[self._uzovi] = ("zorgkantoor" if self._wlz else "zorgverzekeraar", None)
        self._found.addressed.add(self._uzovi)
        line = 1
        for group in read_groups(source):
            for heen in group:
                line += 1
                if heen[:2] == b"02":
                    self._polis = self._verzekerde(Verzekerdenrecord(heen), line)
                elif heen[:2] == b"04":
                    self._prestatie(Prestatierecord(heen), line)

    def _place(self, line: int) -> str:
        return f"{self._name} line {line}".strip()

    def _verzekerde(self, v: Verzekerdenrecord, line: int) -> _Polis | None:
        born, number = read_date(v.geboortedatum), text(v.verzekerdennummer)
        bsn = None if v.bsn == BSN_UNKNOWN else v.bsn.decode(CHARSET)
        wrong = None
        if bsn is not None and not (v.bsn.isdigit() and elfproef(v.bsn)):
            wrong = "the BSN (0203) is none"
        elif born is None:
            wrong = "the date of birth (0207) is no date"
        elif bsn is None and not number:
            wrong = "the verzekerde has neither a BSN (0203) nor a verzekerdennummer (0205)"
        elif not v.uzovi.isdigit():
            wrong = "the UZOVI-nummer (0204) is none"
        if wrong is not None or born is None:
            self._found.left_out.append(f"{self._place(line)}: {wrong}")
            return None
        own = v.uzovi.decode(CHARSET)
        uzovi = self._uzovi if self._wlz else own
        self._found.insurers.setdefault(own, ("zorgverzekeraar", None if self._wlz else self._uzovi))
        person = _Person(uzovi, bsn, "", None) if bsn is not None else _Person(uzovi, None, number, born)
        polis = self._found.polissen.setdefault(person, _Polis(text(v.naam_01), born, self._place(line)))
        if polis.born != born:
            self._found.left_out.append(f"{self._place(line)}: another date of birth (0207) than at {polis.place}")
            return None
        polis.numbers[number] = None
        return polis

    def _prestatie(self, p: Prestatierecord, line: int) -> None:
        day = read_date(p.datum)
        if self._polis is not None and day is not None:
            self._polis.first = min(day, self._polis.first or day)
        number, code = text(p.machtigingsnummer), text(p.prestatiecode)
        if not number or not code.isalnum() or day is None:
            return
        bsn = None if p.bsn == BSN_UNKNOWN else p.bsn.decode(CHARSET)
        consent = self._found.machtigingen.setdefault(
            (self._uzovi, number), _Machtiging(bsn, self._agb, self._place(line))
        )
        consent.codes[code] = None
        consent.days += [day]


def _lines(found: _Found) -> Iterator[str]:
    yield "# The least store that grants the declarations it was drawn from. Every line is yours to change:"
    yield "# a percentage, a maximum, an end to a polis, and the answer changes with it."
    yield "uzovi:"
    for number, (kind, label_van) in sorted(found.insurers.items(), key=lambda item: item[1][1] is not None):
        yield f"  # {_why_insurer(kind, label_van, addressed=number in found.addressed)}"
        label = f", label_van: {_quoted(label_van)}" if label_van else ""
        yield f"  - {{nummer: {_quoted(number)}, naam: {_name(kind)} {number}, soort: {kind}, edp: true{label}}}"
    persons = found.persons()
    yield "pakketten:" if persons else "pakketten: []"
    for number in dict.fromkeys(person.uzovi for person in persons):
        kind = "wlz" if found.insurers[number][0] == "zorgkantoor" else "basis"
        yield "  # what the polissen below pay: all of every prestatie; without a pakket nothing is granted (0613)"
        yield f"  - code: {_PAKKET}"
        yield f"    uzovi: {_quoted(number)}"
        yield f"    soort: {kind}"
        yield "    dekkingen:"
        yield '      - {prestaties: ["*"], percentage: 100}'
    yield "polissen:" if persons else "polissen: []"
    for person, polis in persons.items():
        yield from _polis_lines(person, polis)
    if found.machtigingen:
        yield "machtigingen:"
    for (uzovi, number), consent in found.machtigingen.items():
        yield from _machtiging_lines(uzovi, number, consent)
    for sentence in found.left_out:
        yield f"# No polis: {sentence}. That is for the declaration to repair."


def _why_insurer(kind: str, label_van: str | None, *, addressed: bool) -> str:
    if not addressed and label_van is None:
        return "verzekerden have it in 0204, which is to be a known number (else 0423)"
    if label_van is not None:
        return f"verzekerden have it in 0204 while 0108 is {label_van}, so it is a label of that one (else 0423)"
    return f"the {kind} of 0108; edp: connected to the declaratieportaal (else 8198)"


def _name(kind: str) -> str:
    return "Zorgkantoor" if kind == "zorgkantoor" else "Verzekeraar"


def _polis_lines(person: _Person, polis: _Polis) -> Iterator[str]:
    start = max(polis.born, dt.date((polis.first or polis.born).year, 1, 1))
    name = polis.name if polis.name.isprintable() and polis.name else "Onbekend"
    codes = "0320, or 8004 for the date of birth" if person.bsn else "0300, or 0307 for the date of birth"
    yield f"  # {polis.place}: insured from the year of his first prestatie on (else {codes})"
    yield (
        f"  - {{bsn: {_quoted(person.bsn)}, verzekerdennummer: {_quoted(person.number or None)},"
        f" geboortedatum: {polis.born}, naam: {_quoted(name)},"
    )
    yield f"     uzovi: {_quoted(person.uzovi)}, ingang: {start}, einde: null, overleden: null, pakketten: [{_PAKKET}]}}"


def _machtiging_lines(uzovi: str, number: str, consent: _Machtiging) -> Iterator[str]:
    yield f"  # {consent.place}: named in 0406 (else 0550), for these prestaties (else 0554) and days (else 0553)"
    codes = ", ".join(_quoted(code) for code in consent.codes)
    yield (
        f"  - {{nummer: {_quoted(number)}, uzovi: {_quoted(uzovi)}, bsn: {_quoted(consent.bsn)}, agb:"
        f" {_quoted(consent.agb)}, prestaties: [{codes}],"
    )
    yield f"     ingang: {min(consent.days)}, einde: {max(consent.days)}, status: afgegeven}}"


def _quoted(value: str | None) -> str:
    """A text of a message as YAML, whatever it holds."""
    return "null" if value is None else json.dumps(value)


def _answers(content: str, declarations: Sequence[Declaration], date: dt.date) -> list[Outcome]:
    store = open_in_memory()
    try:
        load_file(store, YamlText(content))
        return [replay(Order(each, RetourStream(BytesIO()), date), store) for each in declarations]
    finally:
        store.close()

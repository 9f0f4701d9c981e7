"""The profile of a certificate: what software must show, may show, and how often, per role that it plays.

A YAML file, read strictly. Three come with the program, and a file may build on them (`bevat`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mzsim.common.archive import read_counted
from mzsim.common.errors import InputError
from mzsim.common.file_values import FileLine, FourDigits, Patterns, Text, refuse
from mzsim.common.strict_json import as_text
from mzsim.common.strict_yaml import read_strict
from mzsim.common.yaml_lines import Location, YamlText
from mzsim.requirements import Requirement, requirements
from mzsim.retour.bookings import BookingOutcome
from mzsim.retour.faults import FAULTS

SHIPPED = ("basis", "wlz", "volledig")
"""The profiles that come with the program."""
_KIND = "a profile"
_MOST = 4 << 20

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


class _BothLanguages(FileLine):
    nl: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        return self.nl if language == "nl" else self.en


def _both(value: object) -> object:
    return {"nl": value, "en": value} if isinstance(value, str) else value


Title = Annotated[_BothLanguages, BeforeValidator(_both)]
"""A text for both languages, or one for each."""


def named_requirements(name: str) -> tuple[Requirement, ...]:
    """The requirements that a profile names by an id (`INV-3.3-01`) or by a paragraph of INV (`"3.3"`)."""
    if name in requirements():
        return (requirements()[name],)
    return tuple(one for one in requirements().values() if one.stands_in(name))


def _known_requirement(name: str) -> str:
    if not named_requirements(name):
        raise refuse('must be a paragraph of INV, as "3.3", or the id of a requirement; mzsim eisen lists them')
    return name


def _known_fault(name: str) -> str:
    if name not in FAULTS:
        raise refuse(f"must be one of {', '.join(FAULTS)}")
    return name


Filled = Field(default=None, min_length=1)


class Selection(FileLine):
    """What counts for an eis: all keys that are given must hold. With `uitkomst` prestatierecords count, else retours."""

    afzender: Literal["vecozo", "verzekeraar"] | None = None
    wet: Literal["zvw", "wlz"] | None = None
    prestatie: Patterns | None = None
    credit: bool | None = None
    verstoord: bool | None = None
    fout: Annotated[list[Annotated[str, AfterValidator(_known_fault)]] | None, Filled]
    retourcode: Annotated[list[FourDigits] | None, Filled]
    uitkomst: Annotated[list[Literal["toegekend", "deels", "afgewezen", "niet_beoordeeld"]] | None, Filled]
    inv: Annotated[list[Annotated[str, AfterValidator(_known_requirement)]] | None, Filled]
    tag: Annotated[list[Text] | None, Filled]
    case: Annotated[list[Text] | None, Filled]

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if self.fout is not None and self.verstoord is False:
            raise refuse("fout is of faulty retours; leave out verstoord")
        faulty = self.verstoord or self.fout is not None
        if faulty and (self.uitkomst is not None or self.retourcode is not None):
            raise refuse(
                "nothing of a faulty retour is booked: leave out uitkomst and retourcode, or verstoord and fout"
            )
        return self

    @property
    def listed(self) -> tuple[list[str], list[str], list[str]]:
        """The kinds of fault, the retourcodes and the outcomes that are listed."""
        return self.fout or [], self.retourcode or [], [*(self.uitkomst or [])]

    @property
    def outcomes(self) -> frozenset[BookingOutcome] | None:
        """The outcomes that are asked for, if any."""
        return None if self.uitkomst is None else frozenset(map(BookingOutcome, self.uitkomst))


class Eis(FileLine):
    """One thing that software must show: of all that is chosen nothing is wrong, and there is so much of it at least.

    `minstens_van_elk` asks that of each value that `kies` lists under fout, retourcode and uitkomst.
    """

    id: Text
    titel: Title
    bron: Text | None = None
    verplicht: bool = True
    minstens: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    minstens_van_elk: Annotated[int | None, Field(default=None, ge=1, le=1_000_000)]
    kies: Selection

    @model_validator(mode="after")
    def _of_each_of_what(self) -> Self:
        if self.minstens_van_elk is not None and not any(self.kies.listed):
            raise refuse("minstens_van_elk needs fout, retourcode or uitkomst in kies")
        return self


class Rol(FileLine):
    """What software is used for: receiving from VECOZO, from insurers, Wlz."""

    id: Text
    titel: Title
    eisen: Annotated[list[Eis], Field(min_length=1)]


class Step(FileLine):
    """A step that no file shows, which somebody watches and reports on."""

    id: Text
    titel: Title
    verplicht: bool = True


class _ProfileFile(FileLine):
    naam: Text
    titel: Title
    blind: bool = False
    bevat: list[Literal["basis", "wlz"]] = Field(default_factory=list)
    rollen: list[Rol] = Field(default_factory=list)
    waarnemingen: list[Step] = Field(default_factory=list)


class Profile(NamedTuple):
    """A profile with what it builds on; `blind` where only a blind pack can earn it.

    `sha256` is that of its file and of those that it builds on.
    """

    name: str
    title: _BothLanguages
    roles: tuple[Rol, ...]
    steps: tuple[Step, ...]
    blind: bool
    sha256: str


def files_of_profile(name: str) -> list[Path]:
    """The file that a name stands for, none for a profile that comes with the program."""
    return [] if name.removeprefix("@") in SHIPPED else [Path(name)]


def read_profile(name: str) -> Profile:
    """A profile by the name of one that comes with the program (`basis`, `@basis`), or from a file.

    Raises StoreFileError with file, line and key, or InputError where the file can't be read.
    """
    content = _read(name)
    own, tree = read_strict(YamlText(as_text(name, content), name), _ProfileFile, _KIND)
    under = [read_profile(part) for part in own.bevat]
    objections = [*_objections(own, under), *(_taken_name(own) if files_of_profile(name) else ())]
    tree.require_none(tree.error(location, what) for location, what in objections)
    roles = (*(role for part in under for role in part.roles), *own.rollen)
    steps = (*(step for part in under for step in part.steps), *own.waarnemingen)
    blind = own.blind or any(part.blind for part in under)
    return Profile(own.naam, own.titel, roles, steps, blind, _sha256(content, under))


def _read(name: str) -> bytes:
    short = name.removeprefix("@")
    if short in SHIPPED:
        return (files(__package__) / "profiles" / f"{short}.yaml").read_bytes()
    if name.startswith("@"):
        raise InputError(f"{name}: no such profile; there are {', '.join(SHIPPED)}")
    if not Path(name).exists():
        raise InputError(f"{name}: no such file, and no profile of the program; those are {', '.join(SHIPPED)}")
    return read_counted(Path(name), _MOST)


def _sha256(content: bytes, under: Iterable[Profile]) -> str:
    """Of a file that builds on nothing its own."""
    return hashlib.sha256(b"".join((content, *(part.sha256.encode() for part in under)))).hexdigest()


def _objections(own: _ProfileFile, under: list[Profile]) -> Iterator[tuple[Location, str]]:
    """What can't be seen of one key: ids that stand twice, and a profile that asks for nothing."""
    if not own.rollen and not under:
        yield (), "asks for nothing; it needs rollen, or bevat"
    if len(set(own.bevat)) < len(own.bevat):
        yield ("bevat",), "names a profile twice"
    roles = {role.id for part in under for role in part.roles}
    taken = {eis.id for part in under for role in part.roles for eis in role.eisen}
    taken |= {step.id for part in under for step in part.steps}
    for i, role in enumerate(own.rollen):
        yield from _once(roles, role.id, ("rollen", i, "id"))
        for k, eis in enumerate(role.eisen):
            yield from _once(taken, eis.id, ("rollen", i, "eisen", k, "id"))
    for i, step in enumerate(own.waarnemingen):
        yield from _once(taken, step.id, ("waarnemingen", i, "id"))


def _taken_name(own: _ProfileFile) -> Iterator[tuple[Location, str]]:
    """A certificate by a file of one's own must not pass for one of the program."""
    if own.naam in SHIPPED:
        yield ("naam",), "is the name of a profile of the program; give it another, and name that one under bevat"


def _once(taken: set[str], id: str, location: Location) -> Iterator[tuple[Location, str]]:
    if id in taken:
        yield location, "is an id that stands in this profile already; give it another"
    taken.add(id)

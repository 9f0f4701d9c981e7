"""A verzekeraarsbestand: the keys that it may hold, strictly. Its lines have the columns of the tables as fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from mzsim.checks.codelijsten import DIGITS
from mzsim.common.file_values import (
    Agb,
    AgbKinds,
    Agbs,
    Amount,
    BsnOrDummy,
    BsnOrNone,
    Codes,
    Count,
    Date,
    Factuurnummer,
    FileLine,
    FourDigits,
    Months,
    Number,
    Patterns,
    Percentage,
    Period,
    Prestatiecode,
    PrestatieKinds,
    Text,
    Valid,
    refuse,
)
from mzsim.common.strict_yaml import read_strict
from mzsim.common.yaml_lines import Source, Tree, YamlError
from mzsim.standard.values import by_number, text, write_date
from mzsim.store.beleid_file import Beleidregel, ForAge
from mzsim.store.combination_file import CombinatieregelLine


class Uzoviregel(FileLine):
    """An insurer, or another that pays."""

    nummer: FourDigits
    naam: Text
    soort: Literal["zorgverzekeraar", "zorgkantoor", "dji"]
    edp: bool
    label_van: FourDigits | None = None
    beleid: Beleidregel = Beleidregel()


class Factuurnummerregel(FileLine):
    """A factuurnummer that was used before."""

    agb: Agb
    factuurnummer: Factuurnummer
    uzovi: FourDigits
    ontvangen: Date
    uitkomst: Literal["toegewezen", "afgewezen_verzekeraar", "afgewezen_vecozo"]


class Zorgaanbiederregel(FileLine):
    """A line of the AGB register."""

    agb: Agb
    soort: Literal["zorgverlener", "praktijk", "instelling", "servicebureau"]
    naam: Text
    werkt_in: Agbs = Field(default_factory=list)


class Contractregel(Valid):
    """A contract of an insurer with a party that is paid."""

    uzovi: FourDigits
    agb: Agb
    tarieven: dict[Prestatiecode, Amount] = Field(default_factory=dict)
    modules: dict[str, str] = Field(default_factory=dict)

    @field_validator("modules")
    @classmethod
    def _implantologie(cls, modules: dict[str, str]) -> dict[str, str]:
        if modules.get("implantologie", "standaard") not in ("standaard", "machtigingsvrij"):
            raise refuse("knows implantologie as standaard or machtigingsvrij")
        return modules


class Prestatiecoderegel(Valid):
    """A line of the prestatiecodelijst."""

    code: Prestatiecode
    omschrijving: Text
    bevoegd: AgbKinds
    techniekkosten: bool = False
    laboratoriumkosten: bool = False
    element: bool = False
    kaak: bool = False
    vlak: bool = False


class Tariefregel(Valid):
    """A national maximum; `tarief_bijzonder` is that of bijzondere tandheelkunde (0410 = J) where it differs."""

    prestatiecode: Prestatiecode
    tarief: Amount
    tarief_bijzonder: Amount | None = None
    per_vijf_minuten: bool = False


class Retourcoderegel(FileLine):
    """A retourcode that the list in the program doesn't hold."""

    code: FourDigits
    betekenis: Text
    soort: Literal["X", "T", "D", "O"]


class Codelijstregel(Valid):
    """A value of a list that is not public."""

    lijst: Text
    code: Text
    omschrijving: Text

    @field_validator("lijst")
    @classmethod
    def _known(cls, listing: str) -> str:
        if listing not in DIGITS:
            raise refuse(f"is no list that is checked against; those are {', '.join(sorted(DIGITS))}")
        return listing

    @field_validator("code")
    @classmethod
    def _of_list(cls, code: str, info: ValidationInfo) -> str:
        digits = DIGITS.get(info.data.get("lijst", ""), len(code))
        if not re.fullmatch(f"[0-9]{{{digits}}}", code):
            raise refuse(f"must be {digits} digits")
        return code


class EigenBijdrageLine(FileLine):
    """What a verzekerde pays himself of what a dekking covers (INV 4.5.2)."""

    bedrag: Amount
    per: Literal["kaak_per_prestatie"]


class Dekkingregel(ForAge):
    """What a pakket covers."""

    id: Text | None = None
    prestaties: Patterns
    soort_prestatierecord: PrestatieKinds | None = None
    bijzondere_tandheelkunde: bool | None = None
    percentage: Percentage
    over: Literal["bedrag", "eigen_bijdrage"] = "bedrag"
    eigen_bijdrage: EigenBijdrageLine | None = None
    maximum_bedrag: Amount | None = None
    maximum_aantal: Count | None = None
    per: Period | None = None
    machtiging: bool = False
    wachttijd_maanden: Months | None = None


class Pakketregel(FileLine):
    """What polissen are made of; the first dekking that matches counts."""

    uzovi: FourDigits
    code: Text
    soort: Literal["basis", "aanvullend", "wlz"]
    dekkingen: list[Dekkingregel] = Field(default_factory=list)

    @field_validator("dekkingen")
    @classmethod
    def _what_remains(cls, dekkingen: list[Dekkingregel], info: ValidationInfo) -> list[Dekkingregel]:
        if info.data.get("soort") != "aanvullend" and any(d.over == "eigen_bijdrage" for d in dekkingen):
            raise refuse("only a pakket of soort aanvullend pays over eigen_bijdrage; use over: bedrag")
        return dekkingen

    @field_validator("dekkingen")
    @classmethod
    def _each_id_once(cls, dekkingen: list[Dekkingregel]) -> list[Dekkingregel]:
        ids = [d.id for d in dekkingen if d.id is not None]
        if len(set(ids)) < len(ids):
            raise refuse("holds two dekkingen with the same id; what was granted belongs to one of them")
        return dekkingen


class Polisregel(Valid):
    """A polis; `bsn` is None for a person without one."""

    uzovi: FourDigits
    bsn: BsnOrNone
    verzekerdennummer: Number | None = Field(default=None, validate_default=True)
    geboortedatum: Date
    naam: Text
    overleden: Date | None = None
    pakketten: Codes = Field(default_factory=list)

    @field_validator("verzekerdennummer")
    @classmethod
    def _without_bsn(cls, number: str | None, info: ValidationInfo) -> str | None:
        if number is None and "bsn" in info.data and info.data["bsn"] is None:
            raise refuse("must be filled for a person without a BSN")
        return number

    @field_validator("overleden")
    @classmethod
    def _after_birth(cls, overleden: dt.date | None, info: ValidationInfo) -> dt.date | None:
        born = info.data.get("geboortedatum")
        if overleden and born and overleden < born:
            raise refuse("may not be before geboortedatum")
        return overleden

    @property
    def persoon(self) -> str:
        """How the store names the person, as far as the line itself tells."""
        return self.bsn or by_number(self.verzekerdennummer or "", text(write_date(self.geboortedatum)))


class Machtigingregel(Valid):
    """An authorisation; `bsn` is nine times a 9 for a person without one."""

    uzovi: FourDigits
    nummer: Number
    bsn: BsnOrDummy
    agb: Agb
    prestaties: Patterns
    aantal: Count | None = None
    bedrag: Amount | None = None
    status: Literal["afgegeven", "vervallen", "afgewezen"]


class Content(FileLine):
    """The whole file: a list for each table."""

    uzovi: list[Uzoviregel] = Field(default_factory=list)
    factuurnummers: list[Factuurnummerregel] = Field(default_factory=list)
    zorgaanbieders: list[Zorgaanbiederregel] = Field(default_factory=list)
    contracten: list[Contractregel] = Field(default_factory=list)
    prestatiecodes: list[Prestatiecoderegel] = Field(default_factory=list)
    tarieven: list[Tariefregel] = Field(default_factory=list)
    combinatieregels: list[CombinatieregelLine] = Field(default_factory=list)
    retourcodes: list[Retourcoderegel] = Field(default_factory=list)
    codelijsten: list[Codelijstregel] = Field(default_factory=list)
    pakketten: list[Pakketregel] = Field(default_factory=list)
    polissen: list[Polisregel] = Field(default_factory=list)
    machtigingen: list[Machtigingregel] = Field(default_factory=list)


KEYS = {
    "uzovi": ("nummer",),
    "factuurnummers": ("agb", "factuurnummer", "uzovi"),
    "zorgaanbieders": ("agb",),
    "contracten": ("uzovi", "agb", "ingang"),
    "prestatiecodes": ("code", "ingang"),
    "tarieven": ("prestatiecode", "ingang"),
    "combinatieregels": ("nummer", "ingang"),
    "retourcodes": ("code",),
    "codelijsten": ("lijst", "code", "ingang"),
    "pakketten": ("uzovi", "code"),
    "polissen": ("uzovi", "persoon", "ingang"),
    "machtigingen": ("uzovi", "nummer"),
}
"""What makes two lines of a list the same line."""


class Verzekeraarsbestand(NamedTuple):
    """A file that is right in itself, with its lines; what it refers to is for the loader to find."""

    content: Content
    tree: Tree


def read_file(path: Source) -> Verzekeraarsbestand:
    """Reads a verzekeraarsbestand, or what one would hold; raises StoreFileError for the first thing that is wrong in it."""
    content, tree = read_strict(path, Content, "the store file")
    tree.require_none(_double(tree, content))
    return Verzekeraarsbestand(content, tree)


def _double(tree: Tree, content: Content) -> Iterator[YamlError]:
    for listing, key in KEYS.items():
        seen: dict[tuple[Any, ...], int] = {}
        for i, entry in enumerate(getattr(content, listing)):
            earlier = seen.setdefault(tuple(getattr(entry, name) for name in key), i)
            if earlier != i:
                line = tree.error((listing, earlier), "").line
                other = f"{listing}[{earlier}]{f' (line {line})' if line else ''}"
                yield tree.error((listing, i), f"has the same {', '.join(key)} as {other}; leave one of the two out")

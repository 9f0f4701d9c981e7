"""A verzekeraarsbestand: the keys that it may hold, strictly. Its lines have the columns of the tables as fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, cast

from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator, model_validator

from mzsim.common.file_values import (
    Aantal,
    Agb,
    Agbs,
    AgbSoorten,
    Bedrag,
    BsnOfDummy,
    BsnOfGeen,
    Codes,
    Dagen,
    Datum,
    Factuurnummer,
    Geldig,
    Jaren,
    Maanden,
    Nummer,
    Patronen,
    Percentage,
    Periode,
    Prestatiecode,
    Prestatiesoorten,
    Regel,
    Tekst,
    Viercijfers,
    geen_getal,
    weiger,
)
from mzsim.common.strict_yaml import lees_strikt
from mzsim.common.yaml_lines import Boom, Fout, Source
from mzsim.domain.beleid import STANDAARD, Form, Key, keys
from mzsim.store.combination_file import Combinatieregel


class _VoorLeeftijd(Regel):
    leeftijd_vanaf: Jaren | None = None
    leeftijd_tot: Jaren | None = None

    @field_validator("leeftijd_tot")
    @classmethod
    def _na_vanaf(cls, tot: int | None, info: ValidationInfo) -> int | None:
        vanaf = info.data.get("leeftijd_vanaf")
        if tot is not None and vanaf is not None and tot <= vanaf:
            raise weiger("must be more than leeftijd_vanaf (who has this age is too old)")
        return tot


class Machtigingsplicht(_VoorLeeftijd):
    """When an authorisation is needed."""

    prestaties: Patronen
    boven_bedrag: Bedrag | None = None
    vanaf_aantal: Aantal | None = None
    per: Periode | None = None


class NietGecontracteerd(Regel):
    """What a party without contract gets of what it would have got."""

    vergoeding: Percentage


_VAN_TERMIJN = {"maanden": {"maanden"}, "dagen_na_maandeinde": {"dagen"}, "datum": {"dag", "maand", "jaren"}}


class Indientermijn(Regel):
    """The last day to submit."""

    soort: Literal["maanden", "dagen_na_maandeinde", "datum"]
    maanden: Maanden | None = None
    dagen: Dagen | None = None
    dag: Aantal | None = None
    maand: Aantal | None = None
    jaren: Jaren | None = None

    @model_validator(mode="after")
    def _bij_soort(self) -> Indientermijn:
        sleutels = _VAN_TERMIJN[self.soort]
        if self.model_dump(exclude_none=True).keys() - {"soort"} != sleutels:
            raise weiger(f"must hold soort and, with {self.soort}, just: {', '.join(sorted(sleutels))}")
        if self.dag is not None and self.maand is not None:
            try:
                dt.date(2001, self.maand, self.dag)
            except ValueError:
                raise weiger("dag and maand must name a day that every year has") from None
        return self


class Betaaltermijn(Regel):
    """When an insurer pays."""

    werkdagen: Dagen | None = None
    dagen: Dagen | None = None

    @model_validator(mode="after")
    def _een_van_beide(self) -> Betaaltermijn:
        if (self.werkdagen is None) == (self.dagen is None):
            raise weiger("must hold either werkdagen or dagen")
        return self


class ChosenBeleid(Regel):
    """An insurer's choices; null stands for none."""

    def gekozen(self) -> dict[str, Any]:
        """The keys that were given, as the store keeps them: amounts in cents."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


_FORMS: dict[Form, Any] = {
    Form.FLAG: bool,
    Form.DAYS: Dagen,
    Form.AUTHORISATIONS: list[Machtigingsplicht],
    Form.WITHOUT_CONTRACT: NietGecontracteerd,
    Form.SUBMISSION_TERM: Indientermijn,
    Form.PAYMENT_TERM: Betaaltermijn,
    Form.CODES_OF_CHECKS: dict[str, Viercijfers],
    Form.CHECKS: Codes,
}


def _field_of(key: Key, default: Any) -> Any:
    """Type and field of the model for a key of beleid; one whose default is None may be null."""
    kind = _FORMS[key.form] if isinstance(key.form, Form) else _choice(key.form)
    return kind if default is not None else kind | None, Field(default=None, description=key.sentence)


def _choice(values: tuple[Any, ...]) -> Any:
    kind = cast(Any, Literal)[values]
    return Annotated[kind, BeforeValidator(geen_getal)] if False in values else kind


if TYPE_CHECKING:
    Beleidregel = ChosenBeleid
else:
    Beleidregel = create_model(
        "Beleidregel",
        __base__=ChosenBeleid,
        __doc__=ChosenBeleid.__doc__,
        **{name: _field_of(key, getattr(STANDAARD, name)) for name, key in keys().items()},
    )


class Uzoviregel(Regel):
    """An insurer, or another that pays."""

    nummer: Viercijfers
    naam: Tekst
    soort: Literal["zorgverzekeraar", "zorgkantoor", "dji"]
    edp: bool
    label_van: Viercijfers | None = None
    beleid: Beleidregel = Beleidregel()


class Factuurnummerregel(Regel):
    """A factuurnummer that was used before."""

    agb: Agb
    factuurnummer: Factuurnummer
    uzovi: Viercijfers
    ontvangen: Datum
    uitkomst: Literal["toegewezen", "afgewezen_verzekeraar", "afgewezen_vecozo"]


class Zorgaanbiederregel(Regel):
    """A line of the AGB register."""

    agb: Agb
    soort: Literal["zorgverlener", "praktijk", "instelling", "servicebureau"]
    naam: Tekst
    werkt_in: Agbs = Field(default_factory=list)


class Contractregel(Geldig):
    """A contract of an insurer with a party that is paid."""

    uzovi: Viercijfers
    agb: Agb
    tarieven: dict[Prestatiecode, Bedrag] = Field(default_factory=dict)
    modules: dict[str, str] = Field(default_factory=dict)

    @field_validator("modules")
    @classmethod
    def _implantologie(cls, modules: dict[str, str]) -> dict[str, str]:
        if modules.get("implantologie", "standaard") not in ("standaard", "machtigingsvrij"):
            raise weiger("knows implantologie as standaard or machtigingsvrij")
        return modules


class Prestatiecoderegel(Geldig):
    """A line of the prestatiecodelijst."""

    code: Prestatiecode
    omschrijving: Tekst
    bevoegd: AgbSoorten
    techniekkosten: bool = False
    laboratoriumkosten: bool = False
    element: bool = False
    kaak: bool = False
    vlak: bool = False


class Tariefregel(Geldig):
    """A national maximum; `tarief_bijzonder` is that of bijzondere tandheelkunde (0410 = J) where it differs."""

    prestatiecode: Prestatiecode
    tarief: Bedrag
    tarief_bijzonder: Bedrag | None = None
    per_vijf_minuten: bool = False


class Retourcoderegel(Regel):
    """A retourcode that the list in the program doesn't hold."""

    code: Viercijfers
    betekenis: Tekst
    soort: Literal["X", "T", "D", "O"]


class Dekkingregel(_VoorLeeftijd):
    """What a pakket covers."""

    prestaties: Patronen
    soort_prestatierecord: Prestatiesoorten | None = None
    bijzondere_tandheelkunde: bool | None = None
    percentage: Percentage
    over: Literal["bedrag", "eigen_bijdrage"] = "bedrag"
    maximum_bedrag: Bedrag | None = None
    maximum_aantal: Aantal | None = None
    per: Periode | None = None
    machtiging: bool = False
    wachttijd_maanden: Maanden | None = None


class Pakketregel(Regel):
    """What polissen are made of; the first dekking that matches counts."""

    uzovi: Viercijfers
    code: Tekst
    soort: Literal["basis", "aanvullend", "wlz"]
    dekkingen: list[Dekkingregel] = Field(default_factory=list)

    @field_validator("dekkingen")
    @classmethod
    def _wat_overblijft(cls, dekkingen: list[Dekkingregel], info: ValidationInfo) -> list[Dekkingregel]:
        if info.data.get("soort") != "aanvullend" and any(d.over == "eigen_bijdrage" for d in dekkingen):
            raise weiger("only a pakket of soort aanvullend pays over eigen_bijdrage; use over: bedrag")
        return dekkingen


class Polisregel(Geldig):
    """A polis; `bsn` is None for a person without one."""

    uzovi: Viercijfers
    bsn: BsnOfGeen
    verzekerdennummer: Nummer | None = Field(default=None, validate_default=True)
    geboortedatum: Datum
    naam: Tekst
    overleden: Datum | None = None
    pakketten: Codes = Field(default_factory=list)

    @field_validator("verzekerdennummer")
    @classmethod
    def _zonder_bsn(cls, nummer: str | None, info: ValidationInfo) -> str | None:
        if nummer is None and "bsn" in info.data and info.data["bsn"] is None:
            raise weiger("must be filled for a person without a BSN")
        return nummer

    @field_validator("overleden")
    @classmethod
    def _na_geboorte(cls, overleden: dt.date | None, info: ValidationInfo) -> dt.date | None:
        geboren = info.data.get("geboortedatum")
        if overleden and geboren and overleden < geboren:
            raise weiger("may not be before geboortedatum")
        return overleden

    @property
    def persoon(self) -> str:
        """How the store names the person."""
        return self.bsn or f"V{self.verzekerdennummer}"


class Machtigingregel(Geldig):
    """An authorisation; `bsn` is nine times a 9 for a person without one."""

    uzovi: Viercijfers
    nummer: Nummer
    bsn: BsnOfDummy
    agb: Agb
    prestaties: Patronen
    status: Literal["afgegeven", "vervallen", "afgewezen"]


class Inhoud(Regel):
    """The whole file: a list for each table."""

    uzovi: list[Uzoviregel] = Field(default_factory=list)
    factuurnummers: list[Factuurnummerregel] = Field(default_factory=list)
    zorgaanbieders: list[Zorgaanbiederregel] = Field(default_factory=list)
    contracten: list[Contractregel] = Field(default_factory=list)
    prestatiecodes: list[Prestatiecoderegel] = Field(default_factory=list)
    tarieven: list[Tariefregel] = Field(default_factory=list)
    combinatieregels: list[Combinatieregel] = Field(default_factory=list)
    retourcodes: list[Retourcoderegel] = Field(default_factory=list)
    pakketten: list[Pakketregel] = Field(default_factory=list)
    polissen: list[Polisregel] = Field(default_factory=list)
    machtigingen: list[Machtigingregel] = Field(default_factory=list)


SLEUTELS = {
    "uzovi": ("nummer",),
    "factuurnummers": ("agb", "factuurnummer", "uzovi"),
    "zorgaanbieders": ("agb",),
    "contracten": ("uzovi", "agb", "ingang"),
    "prestatiecodes": ("code", "ingang"),
    "tarieven": ("prestatiecode", "ingang"),
    "combinatieregels": ("nummer", "ingang"),
    "retourcodes": ("code",),
    "pakketten": ("uzovi", "code"),
    "polissen": ("uzovi", "persoon", "ingang"),
    "machtigingen": ("uzovi", "nummer"),
}
"""What makes two lines of a list the same line."""


class Bestand(NamedTuple):
    """A file that is right in itself, with its lines; what it refers to is for the loader to find."""

    inhoud: Inhoud
    boom: Boom


def lees_bestand(pad: Source) -> Bestand:
    """Reads a verzekeraarsbestand, or what one would hold; raises StoreFileError for the first thing that is wrong in it."""
    inhoud, boom = lees_strikt(pad, Inhoud, "the store file")
    boom.eis_geen(_dubbele(boom, inhoud))
    return Bestand(inhoud, boom)


def _dubbele(boom: Boom, inhoud: Inhoud) -> Iterator[Fout]:
    for lijst, sleutel in SLEUTELS.items():
        gezien: dict[tuple[Any, ...], int] = {}
        for i, regel in enumerate(getattr(inhoud, lijst)):
            eerder = gezien.setdefault(tuple(getattr(regel, naam) for naam in sleutel), i)
            if eerder != i:
                line = boom.fout((lijst, eerder), "").regel
                ander = f"{lijst}[{eerder}]{f' (line {line})' if line else ''}"
                yield boom.fout((lijst, i), f"has the same {', '.join(sleutel)} as {ander}; leave one of the two out")

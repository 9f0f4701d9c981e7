"""What the API takes and gives, as JSON. Keys are those that users see elsewhere; amounts are euro as "10.00"."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mzsim.retour.faults import FAULTS
from mzsim.server.states import State
from mzsim.server.submission import Submission

_LARGEST = 2**53 - 1
"""What every JSON reads as it is written."""
Id = Annotated[int, Field(ge=0, le=_LARGEST)]
Seconds = Annotated[float, Field(ge=0, le=60)]


def _written(moment: object) -> object:
    """A moment as it is written; not a number, which is read as seconds otherwise."""
    if isinstance(moment, str) and not _MOMENT.match(moment):
        raise ValueError("write it as 2026-01-31T09:30:00Z")
    return moment


_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def _aware(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("must be a moment in the years 1 to 9999 in UTC") from None


Moment = Annotated[
    dt.datetime,
    BeforeValidator(_written),
    AfterValidator(_aware),
    Field(description="With its zone; without one it is UTC."),
]


class Asked(BaseModel):
    """What stands behind the question mark; anything else there is refused, so that nothing is missed by a typing error."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why a request was refused (RFC 9457): `detail` is the line that the command line would print."""

    type: str
    title: str
    status: int
    detail: str


class Ingezonden(BaseModel):
    """What became of one file: 102 accepted, anything else refused with a reason; its id is 0 where nothing is known of it."""

    id: int
    bestandsnaam: str
    resultaat: int
    melding: str


class Refused(Problem):
    """Nothing was accepted; where files came in at all, what became of each."""

    inzendingen: list[Ingezonden] = []


class SubmitOptionsAsked(Asked):
    """What may be asked for with an upload."""

    bestandsnaam: Annotated[
        str | None, Field(max_length=200, description="The name of the file, where the body is the file itself.")
    ] = None
    kenmerk: Annotated[
        str, Field(max_length=100, pattern=r"^[ -~]*$", description="A reference of your own, to find it by.")
    ] = ""
    datum: Annotated[dt.date | None, Field(description="The processing date; by default the day itself.")] = None
    stage: Annotated[Literal["all", "vecozo", "verzekeraar"], Field(description="Who answers.")] = "all"
    vertraging: Annotated[
        float | None, Field(ge=0, le=2_592_000, description="Seconds before each state, in place of `gedrag`.")
    ] = None
    script: Annotated[
        str | None, Field(description="A script in place of that of the store; empty for none.", max_length=20_000)
    ] = None
    verstoor: Annotated[
        Literal[tuple(FAULTS)] | None,  # type: ignore[valid-type]
        Field(description="A fault that the retour is to have."),
    ] = None


class ListAsked(Asked):
    """Which submissions are asked for."""

    na: Annotated[Id, Field(description="Those behind this id: the last one that you know.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    status: State | None = None
    uzovi: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None
    kenmerk: Annotated[
        str | None, Field(max_length=100, pattern=r"^[ -~]*$", description="Your own reference, or the factuurnummer.")
    ] = None
    van: Moment | None = None
    tot: Annotated[Moment | None, Field(description="Up to, not including; with its zone, or UTC.")] = None


class OneAsked(Asked):
    """How long to wait for something new."""

    wacht: Annotated[
        Seconds,
        Field(description="Seconds to wait until it stands otherwise than `If-None-Match` says, or than it does now."),
    ] = 0


class RetoursAsked(Asked):
    """Which retours are asked for."""

    na: Annotated[Id, Field(description="Those behind this id: the last one that you have.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    wacht: Annotated[Seconds, Field(description="Seconds to wait until there is one.")] = 0


class Stap(BaseModel):
    """A state, and since when."""

    status: State
    sinds: dt.datetime


class Resultaat(BaseModel):
    """The answer in short."""

    status: str
    afzender: str | None
    totaal_ingediend: str
    totaal_toegekend: str
    betaaldatum: dt.date | None
    meldingen: int


class Inzending(BaseModel):
    """A submission as it stands now. `retour_status` is klaar, gedownload or verborgen; empty without a retour."""

    id: int
    bestandsnaam: str
    grootte: int
    sha256: str
    ontvangen: dt.datetime
    status: State
    tijdlijn: list[Stap]
    uzovi: str
    factuurnummer: str
    kenmerk: str
    resultaat: Resultaat | None
    retour_id: int | None
    retour_status: str
    melding: str
    gedrag: list[str]

    @classmethod
    def of(cls, one: Submission) -> Inzending:
        """A submission as the API gives it."""
        same = {name: value for name, value in one._asdict().items() if name in cls.model_fields}
        return cls(
            **same
            | {
                "tijdlijn": [Stap(status=State(state), sinds=moment) for state, moment in one.tijdlijn],
                "kenmerk": one.referentie,
            }
        )


class Inzendingen(BaseModel):
    """Submissions in the order in which they came in; `na` is what to ask next."""

    inzendingen: list[Inzending]
    na: int


class RetourMade(BaseModel):
    """A retour that was released."""

    id: int
    inzending: int
    bestandsnaam: str
    grootte: int
    vrijgegeven: dt.datetime
    status: str


class Retouren(BaseModel):
    """Retours in the order in which they were released; `na` is what to ask next."""

    retouren: list[RetourMade]
    na: int


class Portaal(BaseModel):
    """The portal: its version, the names of the stores, and where it is described."""

    versie: str
    winkels: list[str]
    openapi: str = "/openapi.json"
    handleiding: str = "/manual"
    api: str = "/api"


class Winkel(BaseModel):
    """A store of the portal."""

    naam: str


class NewWinkel(BaseModel):
    """A store to make."""

    model_config = ConfigDict(extra="forbid")
    naam: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class WinkelMade(Winkel):
    """A store that was made, with its token: it is never shown again."""

    token: str


class Lijst(BaseModel):
    """A list of a store."""

    lijst: str
    regels: int


class Regels(Lijst):
    """A piece of a list, its lines as a store file has them; BSN and names are masked. `na` is what to ask next."""

    inhoud: list[dict[str, Any]]
    na: int


class LinesAsked(Asked):
    """Which lines of a list are asked for."""

    na: Annotated[int, Field(ge=0, le=999_999_999, description="How many lines to pass over.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Suite(BaseModel):
    """A suite that comes with the program."""

    naam: str
    cases: int


class Run(BaseModel):
    """A run of a suite: how many of its cases were played, how they ended, and how the run did; None while it goes on."""

    id: int
    suite: str
    cases: int
    gespeeld: int
    uitkomsten: dict[str, int]
    exit_status: int | None


class Gespeeld(Run):
    """A run with what came of each case."""

    resultaten: list[dict[str, Any]]


class NewPakket(BaseModel):
    """A certification pack to make; in one that is `blind` nothing tells which case is which, and `zaad` is its seed."""

    model_config = ConfigDict(extra="forbid")
    suites: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=20)]
    blind: bool = True
    zaad: Annotated[int, Field(ge=0, le=999_999_999)] | None = None


class Pakket(BaseModel):
    """A certification pack; `exit_status` is None while it is made. Its zip is at `/certificering/ID/pakket`."""

    id: int
    suites: list[str]
    blind: bool
    exit_status: int | None


class ResultAsked(Asked):
    """How a result is graded."""

    profiel: Annotated[str | None, Field(max_length=40, description="A profile of the program, `basis` for one.")] = (
        None
    )
    taal: Literal["nl", "en"] = "nl"


class Beoordeling(BaseModel):
    """A result of a pack, graded; `rapport` is what `mzsim suite grade --json` prints, None while it goes on or where it failed,
    for the reason in `melding`."""

    id: int
    pakket: int
    profiel: str | None
    exit_status: int | None
    melding: str
    rapport: dict[str, Any] | None


class Loaded(BaseModel):
    """Whether what was loaded changed anything."""

    gewijzigd: bool


Json = dict[str, Any]

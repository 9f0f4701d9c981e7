"""What a line of a file of results holds, as far as it is read again. More may stand in it; what is read is of this form."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mzsim.common.file_values import refuse
from mzsim.suites.playing import Verdict


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Check(_Part):
    id: str
    rubriek: str | None
    naam: str | None
    tekst: str
    herstel: str
    bron: str


class _Code(_Part):
    retourcode: str
    betekenis: str
    controles: list[_Check]


class _Amounts(_Part):
    declaratiebedrag: str
    toegekend: str
    rest: str


class _Record(_Part):
    naam: str
    identificatie: int | None
    wat: str
    bsn: str
    bedragen: _Amounts | None
    codes: list[_Code]


class _Words(_Part):
    afzender: str
    factuurnummer: str
    dagtekening: str
    totaal_ingediend: str
    totaal_toegekend: str
    records: list[_Record]
    meer: int
    stil: int


class _Difference(_Part):
    wat: str
    regel: int | None
    record: str | None
    identificatie: int | None
    rubriek: str | None
    naam: str | None
    verwacht: str
    gevonden: str


class _Melding(_Part):
    record: str
    identificatie: int | None
    retourcode: str | None
    controle: str
    tekst: str
    bron: str


class _Answer(_Part):
    status: str
    afzender: str | None
    totaal_ingediend: str
    totaal_toegekend: str
    meldingen: list[_Melding]


class _Step(_Part):
    declaration: str
    date: str
    stage: str
    verdict: Verdict
    error: str | None
    verschillen: list[_Difference]
    sha256: str | None
    uitleg: _Words | None


class _Answered(_Step, _Answer):
    error: None
    verdict: Literal["passed", "failed"]


class _NotAnswered(_Step):
    error: str
    verdict: Literal["error"]


class ResultLine(_Part):
    """A case: what it is, which of how many it was in its run, and what came of it."""

    suite: str
    number: Annotated[int, Field(ge=1)]
    of: int
    mzsim: str
    id: Annotated[str, Field(min_length=1)]
    title: str
    source: str | None
    tags: list[str]
    folder: str
    verdict: Verdict
    error: str | None
    steps: list[_Answered | _NotAnswered]

    @model_validator(mode="after")
    def _fits(self) -> ResultLine:
        if self.number > self.of:
            raise refuse("number may not be more than of")
        found: set[Verdict] = {step.verdict for step in self.steps} | ({"error"} if self.error is not None else set())
        worst: Verdict = "error" if "error" in found else "failed" if "failed" in found else "passed"
        if self.verdict != worst:
            raise refuse("verdict must be the worst of its steps")
        return self

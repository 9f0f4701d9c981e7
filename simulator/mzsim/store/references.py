"""What a verzekeraarsbestand refers to: insurers, pakketten, retourcodes and checks, in the file or in the store."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.checks.register import REGISTER
from mzsim.common.yaml_lines import Plek, leesbaar
from mzsim.standard.retourcodes import BESTAND, RECORD, retourcodes
from mzsim.store.models import Pakket, Polis, Polispakket, Retourcode, Uzovi
from mzsim.store.verzekeraarsbestand import Bestand

Fouten = Iterator[tuple[Plek, str]]

_ONMISBAAR = (1, 2)
_TOCH_UIT = "record-5"


class Verwijzingen:
    """What the file and the store hold together, to refer to; what a line of the file replaces doesn't count."""

    def __init__(self, verbinding: Connection, bestand: Bestand) -> None:
        self._verbinding = verbinding
        self._inhoud, self._boom = bestand
        uzovi = verbinding.execute(sa.select(Uzovi.nummer, Uzovi.label_van, Uzovi.beleid)).all()
        eigen = {regel.nummer for regel in self._inhoud.uzovi}
        self._oude_labels = {nummer: van for nummer, van, _ in uzovi}
        self._beleid_elders = {nummer: beleid for nummer, _, beleid in uzovi if nummer not in eigen}
        self._label_van = self._oude_labels | {regel.nummer: regel.label_van for regel in self._inhoud.uzovi}
        self._pakketten = {(van, code) for van, code in verbinding.execute(sa.select(Pakket.uzovi, Pakket.code))}
        self._pakketten |= {(regel.uzovi, regel.code) for regel in self._inhoud.pakketten}
        codes = verbinding.execute(sa.select(Retourcode.code, Retourcode.soort))
        self._soorten: dict[str, str] = dict(codes.all())
        self._soorten |= {regel.code: regel.soort for regel in self._inhoud.retourcodes}
        self._soorten |= {code.code: code.soort for code in retourcodes().values()}

    def pakket(self, uzovi: str, code: str) -> tuple[str, str] | None:
        """The pakket that a polis means: its own insurer's, or that of the one which this is a label of."""
        for nummer in (uzovi, self._label_van.get(uzovi)):
            if nummer is not None and (nummer, code) in self._pakketten:
                return nummer, code
        return None

    def eis(self) -> None:
        """Raises StoreFileError for the first reference to nothing, or to what it can't be."""
        soorten = (self._uzovi, self._labels, self._beleid, self._pakketten_van_polissen, self._retourcodes)
        self._boom.eis_geen(self._boom.fout(*fout) for zoek in soorten for fout in zoek())

    def _uzovi(self) -> Fouten:
        inhoud = self._inhoud
        for lijst in ("factuurnummers", "contracten", "pakketten", "polissen", "machtigingen"):
            for i, regel in enumerate(getattr(inhoud, lijst)):
                if regel.uzovi not in self._label_van:
                    yield (lijst, i, "uzovi"), "is no insurer of this file or the store; add it under uzovi"

    def _labels(self) -> Fouten:
        labels_elders = {self._oude_labels[nummer]: nummer for nummer in self._beleid_elders}
        for i, regel in enumerate(self._inhoud.uzovi):
            van, plek = regel.label_van, ("uzovi", i, "label_van")
            if van is None:
                continue
            if van == regel.nummer:
                yield plek, "points to the insurer itself; null stands for none"
            elif van not in self._label_van:
                yield plek, "is no insurer of this file or the store; add it under uzovi"
            elif self._label_van[van] is not None:
                yield plek, f"{van} is a label itself, of {self._label_van[van]}; name that one"
            elif regel.nummer in labels_elders:
                yield plek, f"{regel.nummer} has a label itself, {labels_elders[regel.nummer]}; a label can't have one"

    def _beleid(self) -> Fouten:
        for i, regel in enumerate(self._inhoud.uzovi):
            gekozen = regel.beleid.gekozen()
            for id, code in gekozen.get("retourcodes", {}).items():
                if bezwaar := self._past_niet(id, code):
                    yield ("uzovi", i, "beleid", "retourcodes", id), bezwaar
            for j, id in enumerate(gekozen.get("uit", ())):
                plek = ("uzovi", i, "beleid", "uit", j)
                if id not in REGISTER:
                    yield plek, _onbekend(id)
                elif REGISTER[id].niveau in _ONMISBAAR and id != _TOCH_UIT:
                    yield plek, f"check {id} is of level 1 or 2: a message can't be read without it; leave it out here"

    def _past_niet(self, id: str, code: str) -> str | None:
        """Why a check can't be answered with a code, if so: the code has to reject as much as the check's own does."""
        controle, soort = REGISTER.get(id), self._soorten.get(code)
        if controle is None:
            return _onbekend(id)
        if controle.retourcode is None:
            return f"check {id} has no retourbericht that a code could stand in"
        if soort is None:
            return f"retourcode {code} is unknown; add it under retourcodes, with betekenis and soort"
        if controle.hele_bestand and soort not in BESTAND:
            return f"check {id} rejects the file, which {code} (kind {soort}) doesn't; choose a code of kind X or T"
        if not controle.hele_bestand and soort not in RECORD:
            return f"check {id} rejects a record, which {code} (kind {soort}) doesn't; choose a code of kind D"
        return None

    def _pakketten_van_polissen(self) -> Fouten:
        for i, regel in enumerate(self._inhoud.polissen):
            for j, code in enumerate(regel.pakketten):
                if self.pakket(regel.uzovi, code) is None:
                    van = self._label_van.get(regel.uzovi)
                    of = f", nor of {van}, whose label it is" if van else ""
                    yield ("polissen", i, "pakketten", j), f"is no pakket of {regel.uzovi}{of}; add it under pakketten"

    def _retourcodes(self) -> Fouten:
        for i, regel in enumerate(self._inhoud.retourcodes):
            soort = self._soorten[regel.code]
            if soort != regel.soort:
                yield ("retourcodes", i, "soort"), f"COD954 holds {regel.code} with kind {soort}; leave this line out"
            for nummer, beleid in self._beleid_elders.items():
                for id, code in beleid.get("retourcodes", {}).items():
                    if code == regel.code and id in REGISTER and self._past_niet(id, code):
                        wat = f"{nummer} in the store answers check {id} with {code}, which needs another kind"
                        yield ("retourcodes", i, "soort"), f"{wat}; change its beleid first"

    def eis_labels(self) -> None:
        """Raises StoreFileError where a polis of a label is left with a pakket of the insurer that it left."""
        for i, regel in enumerate(self._inhoud.uzovi):
            oud = self._oude_labels.get(regel.nummer)
            if oud is None or oud == regel.label_van:
                continue
            vast = (
                sa.select(Polis.id)
                .join(Polispakket, Polispakket.polis_id == Polis.id)
                .where(Polis.uzovi == regel.nummer, Polispakket.uzovi == oud)
            )
            if self._verbinding.scalar(sa.select(vast.exists())):
                wat = f"polissen of {regel.nummer} in the store hold pakketten of {oud}; give them others in this file"
                self._boom.eis_geen([self._boom.fout(("uzovi", i, "label_van"), wat)])


def _onbekend(id: str) -> str:
    return f"there is no check {leesbaar(id)}; mzsim controles lists them"

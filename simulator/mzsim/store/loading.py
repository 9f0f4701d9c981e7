"""Loading a verzekeraarsbestand into the store: all of it or nothing.

A line whose key the store holds replaces that line, with what belongs to it (dekkingen, tarieven, the pakketten of a
polis). Only what differs is written, so that loading a file once more leaves the store as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.common.yaml_lines import Source
from mzsim.store.models import Basis
from mzsim.store.references import Verwijzingen
from mzsim.store.session import Database
from mzsim.store.verzekeraarsbestand import SLEUTELS, Factuurnummerregel, Inhoud, lees_bestand

Rij = dict[str, Any]
Sleutel = tuple[Any, ...]

_PER_KEER = 500
"""Keys in one statement."""


def laad_bestand(store: Database, pad: Source) -> bool:
    """Loads a file, or what one would hold, and says whether the store changed.

    Raises StoreFileError; then nothing was loaded.
    """
    bestand = lees_bestand(pad)
    with store.wijzigen() as verbinding:
        verwijzingen = Verwijzingen(verbinding, bestand)
        verwijzingen.eis()
        gewijzigd = _Lading(verbinding, bestand.inhoud, verwijzingen).schrijf()
        verwijzingen.eis_labels()
        if gewijzigd:
            verbinding.commit()
    return gewijzigd


class _Lading:
    """The rows that a file stands for, to be written in one transaction."""

    def __init__(self, verbinding: Connection, inhoud: Inhoud, verwijzingen: Verwijzingen) -> None:
        self._verbinding = verbinding
        self._inhoud = inhoud
        self._verwijzingen = verwijzingen
        self._gewijzigd = False

    def schrijf(self) -> bool:
        """Writes what differs, referred before referring; whether anything did."""
        inhoud = self._inhoud
        uzovi = sorted(inhoud.uzovi, key=lambda regel: regel.label_van is not None)
        self._vervang("uzovi", [regel.model_dump() | {"beleid": regel.beleid.gekozen()} for regel in uzovi])
        for tabel in (
            "zorgaanbieders",
            "prestatiecodes",
            "tarieven",
            "combinatieregels",
            "retourcodes",
            "machtigingen",
        ):
            self._vervang(tabel, [regel.model_dump() for regel in getattr(inhoud, tabel)])
        self._vervang("factuurnummers", _factuurnummers(self._verbinding, inhoud.factuurnummers))
        self._contracten()
        self._pakketten()
        self._polissen()
        if self._gewijzigd and self._verbinding.dialect.name == "postgresql":
            # Until it has counted them PostgreSQL takes tables for empty, and reads all of them for every question.
            self._verbinding.execute(sa.text(f"ANALYZE {', '.join(Basis.metadata.tables)}"))
        return self._gewijzigd

    def _contracten(self) -> None:
        contracten = self._inhoud.contracten
        rijen = [regel.model_dump(exclude={"tarieven"}) for regel in contracten]
        ids = self._vervang("contracten", rijen)
        tarieven = {
            (nummer,): [
                {"contract_id": nummer, "prestatiecode": code, "tarief": tarief}
                for code, tarief in sorted(regel.tarieven.items())
            ]
            for nummer, regel in zip(ids, contracten, strict=True)
        }
        self._vervang_kinderen("contracttarieven", ("contract_id",), tarieven)

    def _pakketten(self) -> None:
        pakketten = self._inhoud.pakketten
        self._vervang("pakketten", [regel.model_dump(exclude={"dekkingen"}) for regel in pakketten])
        dekkingen = {
            (regel.uzovi, regel.code): [
                {"uzovi": regel.uzovi, "pakket": regel.code, "volgnummer": i} | dekking.model_dump()
                for i, dekking in enumerate(regel.dekkingen)
            ]
            for regel in pakketten
        }
        self._vervang_kinderen("dekkingen", ("uzovi", "pakket"), dekkingen)

    def _polissen(self) -> None:
        polissen = self._inhoud.polissen
        rijen = [regel.model_dump(exclude={"pakketten"}) | {"persoon": regel.persoon} for regel in polissen]
        ids = self._vervang("polissen", rijen)
        pakketten: dict[Sleutel, list[Rij]] = {}
        for nummer, regel in zip(ids, polissen, strict=True):
            gevonden = [self._verwijzingen.pakket(regel.uzovi, code) for code in regel.pakketten]
            pakketten[(nummer,)] = [
                {"polis_id": nummer, "volgnummer": i, "uzovi": pakket[0], "pakket": pakket[1]}
                for i, pakket in enumerate(gevonden)
                if pakket is not None
            ]
        self._vervang_kinderen("polispakketten", ("polis_id",), pakketten)

    def _vervang(self, naam: str, rijen: list[Rij]) -> list[int]:
        """Inserts rows whose key is new, and updates rows that differ. Gives their ids, of a table that has them."""
        tabel, sleutel = Basis.metadata.tables[naam], SLEUTELS[naam]
        oud = {_sleutel(rij, sleutel): rij for rij in _zoek(self._verbinding, tabel, sleutel, rijen)}
        nieuw, anders = [], []
        for rij in rijen:
            vorige = oud.get(_sleutel(rij, sleutel))
            if vorige is None:
                nieuw.append(rij)
            elif any(vorige[kolom] != waarde for kolom, waarde in rij.items()):
                anders.append({f"was_{kolom}" if kolom in sleutel else kolom: rij[kolom] for kolom in rij})
        nieuwe_ids = self._voeg_toe(tabel, nieuw)
        if anders:
            zelfde = (tabel.c[kolom] == sa.bindparam(f"was_{kolom}") for kolom in sleutel)
            self._verbinding.execute(tabel.update().where(*zelfde), anders)
        self._gewijzigd |= bool(nieuw or anders)
        if "id" not in tabel.c:
            return []
        bekend = {waarde: rij["id"] for waarde, rij in oud.items()}
        return [bekend.get(_sleutel(rij, sleutel)) or next(nieuwe_ids) for rij in rijen]

    def _voeg_toe(self, tabel: sa.Table, rijen: list[Rij]) -> Iterator[int]:
        if not rijen:
            return iter(())
        if "id" not in tabel.c:
            self._verbinding.execute(tabel.insert(), rijen)
            return iter(())
        opdracht = tabel.insert().returning(tabel.c.id, sort_by_parameter_order=True)
        return iter(self._verbinding.scalars(opdracht, rijen).all())

    def _vervang_kinderen(self, naam: str, ouder: tuple[str, ...], kinderen: Mapping[Sleutel, list[Rij]]) -> None:
        """Gives parents other children where theirs differ; rows stand in the order of their keys."""
        tabel = Basis.metadata.tables[naam]
        oud: dict[Sleutel, list[Rij]] = {sleutel: [] for sleutel in kinderen}
        ouders = [dict(zip(ouder, sleutel, strict=True)) for sleutel in kinderen]
        for rij in _zoek(self._verbinding, tabel, ouder, ouders):
            oud[_sleutel(rij, ouder)].append(rij)
        volgorde = [kolom.name for kolom in tabel.primary_key]
        anders = [
            sleutel
            for sleutel, rijen in kinderen.items()
            if sorted(oud[sleutel], key=lambda rij: _sleutel(rij, volgorde)) != rijen
        ]
        verlaten = [sleutel for sleutel in anders if oud[sleutel]]
        weg = [{f"van_{kolom}": deel for kolom, deel in zip(ouder, sleutel, strict=True)} for sleutel in verlaten]
        erbij = [rij for sleutel in anders for rij in kinderen[sleutel]]
        if weg:
            zelfde = (tabel.c[kolom] == sa.bindparam(f"van_{kolom}") for kolom in ouder)
            self._verbinding.execute(tabel.delete().where(*zelfde), weg)
        if erbij:
            self._verbinding.execute(tabel.insert(), erbij)
        self._gewijzigd |= bool(anders)


def _sleutel(rij: Mapping[str, Any], kolommen: Collection[str]) -> Sleutel:
    return tuple(rij[kolom] for kolom in kolommen)


def _zoek(verbinding: Connection, tabel: sa.Table, sleutel: tuple[str, ...], rijen: list[Rij]) -> Iterator[Rij]:
    """The rows of a table with the keys of these rows."""
    # By each column of the key apart, which every database does by index; what else that finds is left out here.
    # A date is left out as well: the rest of the key tells enough.
    zoekbaar = [kolom for kolom in sleutel if not isinstance(tabel.c[kolom].type, sa.Date)]
    vraag = tabel.select().where(*(tabel.c[kolom].in_(sa.bindparam(kolom, expanding=True)) for kolom in zoekbaar))
    for begin in range(0, len(rijen), _PER_KEER):
        deel = rijen[begin : begin + _PER_KEER]
        gezocht = {_sleutel(rij, sleutel) for rij in deel}
        waarden = {kolom: list({rij[kolom] for rij in deel}) for kolom in zoekbaar}
        for gevonden in map(dict, verbinding.execute(vraag, waarden).mappings()):
            if _sleutel(gevonden, sleutel) in gezocht:
                yield gevonden


def _factuurnummers(verbinding: Connection, regels: list[Factuurnummerregel]) -> list[Rij]:
    """The rows of these lines. VECOZO's list takes a number once: of several insurers', the last received holds it."""
    tabel, sleutel = Basis.metadata.tables["factuurnummers"], SLEUTELS["factuurnummers"]
    rijen = []
    for regel in regels:
        telt = regel.uitkomst != "afgewezen_vecozo"
        bij_vecozo = f"{regel.agb}/{regel.factuurnummer}" if telt else None
        rijen.append(regel.model_dump() | {"bij_verzekeraar": telt, "vecozo_sleutel": bij_vecozo})
    eisers = [rij for rij in rijen if rij["vecozo_sleutel"] is not None]
    eigen = {_sleutel(rij, sleutel) for rij in rijen}
    bezet = list(_zoek(verbinding, tabel, ("vecozo_sleutel",), eisers))
    houders = {rij["vecozo_sleutel"]: rij for rij in bezet if _sleutel(rij, sleutel) not in eigen}
    for rij in eisers:
        houder = houders.setdefault(rij["vecozo_sleutel"], rij)
        if rij["ontvangen"] >= houder["ontvangen"]:
            houders[rij["vecozo_sleutel"]] = rij
    winnaars = {_sleutel(rij, sleutel) for rij in houders.values()}
    verliezers = [
        {f"van_{kolom}": rij[kolom] for kolom in sleutel} for rij in bezet if _sleutel(rij, sleutel) not in winnaars
    ]
    if verliezers:
        # Before the others take the numbers: none is held twice, not even for a moment.
        zelfde = (tabel.c[kolom] == sa.bindparam(f"van_{kolom}") for kolom in sleutel)
        verbinding.execute(tabel.update().where(*zelfde).values(vecozo_sleutel=None), verliezers)
    return [rij if _sleutel(rij, sleutel) in winnaars else rij | {"vecozo_sleutel": None} for rij in rijen]

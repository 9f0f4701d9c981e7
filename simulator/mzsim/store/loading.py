"""Loading a verzekeraarsbestand into the store: all of it or nothing.

A line whose key the store holds replaces that line, with what belongs to it (dekkingen, tarieven, the pakketten of a
polis). Only what differs is written, so that loading a file once more leaves the store as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from mzsim.common.yaml_lines import Source, Tree, YamlError
from mzsim.store.connection import Connection
from mzsim.store.identity import Identities
from mzsim.store.references import References
from mzsim.store.session import Database
from mzsim.store.table import Entry, KeyOf, Table, key_of
from mzsim.store.verzekeraarsbestand import KEYS, Factuurnummerregel, Verzekeraarsbestand, read_file

_LOADED = "UPDATE stand SET geladen = revisie"
"""Who is judging by what the store held judges again."""


def load_file(store: Database, path: Source) -> bool:
    """Loads a file, or what one would hold, and says whether the store changed.

    Raises StoreFileError; then nothing was loaded.
    """
    file = read_file(path)
    with store.change() as connection:
        references = References(connection, file)
        references.require()
        changed = _Load(connection, file, references).write()
        references.require_labels()
        if changed:
            connection.execute(_LOADED)
            connection.commit()
    return changed


class _Load:
    """The rows that a file stands for, to be written in one transaction."""

    def __init__(self, connection: Connection, file: Verzekeraarsbestand, references: References) -> None:
        self._connection = connection
        self._content, self._tree = file
        self._references = references
        self._changed = False

    def write(self) -> bool:
        """Writes what differs, referred before referring; whether anything did."""
        content = self._content
        uzovi = sorted(content.uzovi, key=lambda entry: entry.label_van is not None)
        self._replace("uzovi", [entry.model_dump() | {"beleid": entry.beleid.chosen()} for entry in uzovi])
        for table in (
            "zorgaanbieders",
            "prestatiecodes",
            "tarieven",
            "combinatieregels",
            "retourcodes",
            "codelijsten",
            "machtigingen",
        ):
            self._replace(table, [entry.model_dump() for entry in getattr(content, table)])
        self._replace("factuurnummers", _factuurnummers(self._connection, content.factuurnummers))
        self._contracten()
        self._pakketten()
        self._polissen()
        if self._changed and self._connection.kind == "postgresql":
            # Until it has counted them PostgreSQL takes tables for empty, and reads all of them for every question.
            self._connection.execute(f"ANALYZE {', '.join(self._connection.tables())}")
        return self._changed

    def _contracten(self) -> None:
        contracten = self._content.contracten
        rows = [entry.model_dump(exclude={"tarieven"}) for entry in contracten]
        ids = self._replace("contracten", rows)
        tariffs = {
            (number,): [
                {"contract_id": number, "prestatiecode": code, "tarief": tariff}
                for code, tariff in sorted(entry.tarieven.items())
            ]
            for number, entry in zip(ids, contracten, strict=True)
        }
        self._replace_children("contracttarieven", ("contract_id",), tariffs)

    def _pakketten(self) -> None:
        pakketten = self._content.pakketten
        self._replace("pakketten", [entry.model_dump(exclude={"dekkingen"}) for entry in pakketten])
        dekkingen = {
            (entry.uzovi, entry.code): [
                {"uzovi": entry.uzovi, "pakket": entry.code, "volgnummer": i} | dekking.model_dump()
                for i, dekking in enumerate(entry.dekkingen)
            ]
            for entry in pakketten
        }
        self._replace_children("dekkingen", ("uzovi", "pakket"), dekkingen)

    def _polissen(self) -> None:
        polissen = self._content.polissen
        if not polissen and not self._content.uzovi:
            return
        identities = Identities(self._connection, polissen, self._references.label_van)
        self._changed |= identities.settle()
        rows = [entry.model_dump(exclude={"pakketten"}) | identities.of(entry) for entry in polissen]
        self._tree.require_none(_double(self._tree, rows))
        ids = self._replace("polissen", rows)
        pakketten: dict[KeyOf, list[Entry]] = {}
        for number, entry in zip(ids, polissen, strict=True):
            found = [self._references.pakket(entry.uzovi, code) for code in entry.pakketten]
            pakketten[(number,)] = [
                {"polis_id": number, "volgnummer": i, "uzovi": pakket[0], "pakket": pakket[1]}
                for i, pakket in enumerate(found)
                if pakket is not None
            ]
        self._replace_children("polispakketten", ("polis_id",), pakketten)

    def _replace(self, name: str, rows: list[Entry]) -> list[int]:
        """Inserts rows whose key is new, and updates rows that differ. Gives their ids, of a table that has them."""
        if not rows:
            return []
        table, key = Table(self._connection, name), KEYS[name]
        old = {key_of(row, key): row for row in table.find(key, rows)}
        new = [row for row in rows if key_of(row, key) not in old]
        table.add(new)
        otherwise = [
            row for row in rows if any(old.get(key_of(row, key), row)[column] != value for column, value in row.items())
        ]
        for row in otherwise:
            table.update(key, row)
        self._changed |= bool(new or otherwise)
        if "id" not in table.columns:
            return []
        ids = {key_of(row, key): row["id"] for row in chain(old.values(), table.find(key, new))}
        return [ids[key_of(row, key)] for row in rows]

    def _replace_children(self, name: str, parent: tuple[str, ...], children: Mapping[KeyOf, list[Entry]]) -> None:
        """Gives parents other children where theirs differ; rows stand in the order of their keys."""
        if not children:
            return
        table = Table(self._connection, name)
        old: dict[KeyOf, list[Entry]] = {key: [] for key in children}
        parents = [dict(zip(parent, key, strict=True)) for key in children]
        for row in table.find(parent, parents):
            old[key_of(row, parent)].append(row)
        otherwise = [key for key, rows in children.items() if table.ordered(old[key]) != rows]
        for key in otherwise:
            if old[key]:
                table.remove(parent, key)
        table.add([row for key in otherwise for row in children[key]])
        self._changed |= bool(otherwise)


def _double(tree: Tree, polissen: list[Entry]) -> Iterator[YamlError]:
    """Lines that stand for one polis: of a person with a BSN, and of the same person without it."""
    seen: dict[KeyOf, int] = {}
    for i, row in enumerate(polissen):
        earlier = seen.setdefault(key_of(row, KEYS["polissen"]), i)
        if earlier != i:
            what = f"is the polis of polissen[{earlier}]: the same verzekerdennummer, geboortedatum and ingang"
            yield tree.error(("polissen", i), f"{what}; leave out the one without a BSN")


def _factuurnummers(connection: Connection, lines: list[Factuurnummerregel]) -> list[Entry]:
    """The rows of these lines. VECOZO's list takes a number once: of several insurers', the last received holds it."""
    table, key = Table(connection, "factuurnummers"), KEYS["factuurnummers"]
    rows = []
    for entry in lines:
        counts = entry.uitkomst != "afgewezen_vecozo"
        at_vecozo = f"{entry.agb}/{entry.factuurnummer}" if counts else None
        rows.append(entry.model_dump() | {"bij_verzekeraar": counts, "vecozo_sleutel": at_vecozo})
    claimants = [row for row in rows if row["vecozo_sleutel"] is not None]
    own = {key_of(row, key) for row in rows}
    taken = list(table.find(("vecozo_sleutel",), claimants))
    holders = {row["vecozo_sleutel"]: row for row in taken if key_of(row, key) not in own}
    for row in claimants:
        holder = holders.setdefault(row["vecozo_sleutel"], row)
        if row["ontvangen"] >= holder["ontvangen"]:
            holders[row["vecozo_sleutel"]] = row
    winners = {key_of(row, key) for row in holders.values()}
    for row in taken:
        if key_of(row, key) not in winners:
            # Before the others take the numbers: none is held twice, not even for a moment.
            table.update(key, {column: row[column] for column in key} | {"vecozo_sleutel": None})
    return [row if key_of(row, key) in winners else row | {"vecozo_sleutel": None} for row in rows]

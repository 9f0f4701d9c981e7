"""Loading a verzekeraarsbestand into the store: all of it or nothing.

A line whose key the store holds replaces that line, with what belongs to it (dekkingen, tarieven, the pakketten of a
polis). Only what differs is written, so that loading a file once more leaves the store as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.common.yaml_lines import Source, Tree, YamlError
from mzsim.store.identity import Identities
from mzsim.store.models import Model
from mzsim.store.references import References
from mzsim.store.session import Database
from mzsim.store.verzekeraarsbestand import KEYS, Factuurnummerregel, Verzekeraarsbestand, read_file

Row = dict[str, Any]
KeyOf = tuple[Any, ...]

_LOADED = sa.text("UPDATE stand SET geladen = revisie")
"""Who is judging by what the store held judges again."""
_PER_TIME = 500
"""Keys in one statement."""


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
        if self._changed and self._connection.dialect.name == "postgresql":
            # Until it has counted them PostgreSQL takes tables for empty, and reads all of them for every question.
            self._connection.execute(sa.text(f"ANALYZE {', '.join(Model.metadata.tables)}"))
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
        pakketten: dict[KeyOf, list[Row]] = {}
        for number, entry in zip(ids, polissen, strict=True):
            found = [self._references.pakket(entry.uzovi, code) for code in entry.pakketten]
            pakketten[(number,)] = [
                {"polis_id": number, "volgnummer": i, "uzovi": pakket[0], "pakket": pakket[1]}
                for i, pakket in enumerate(found)
                if pakket is not None
            ]
        self._replace_children("polispakketten", ("polis_id",), pakketten)

    def _replace(self, name: str, rows: list[Row]) -> list[int]:
        """Inserts rows whose key is new, and updates rows that differ. Gives their ids, of a table that has them."""
        table, key = Model.metadata.tables[name], KEYS[name]
        old = {_key(row, key): row for row in _find(self._connection, table, key, rows)}
        new, otherwise = [], []
        for row in rows:
            previous = old.get(_key(row, key))
            if previous is None:
                new.append(row)
            elif any(previous[column] != value for column, value in row.items()):
                otherwise.append({f"was_{column}" if column in key else column: row[column] for column in row})
        new_ids = self._add(table, new)
        if otherwise:
            same = (table.c[column] == sa.bindparam(f"was_{column}") for column in key)
            self._connection.execute(table.update().where(*same), otherwise)
        self._changed |= bool(new or otherwise)
        if "id" not in table.c:
            return []
        known = {value: row["id"] for value, row in old.items()}
        return [known.get(_key(row, key)) or next(new_ids) for row in rows]

    def _add(self, table: sa.Table, rows: list[Row]) -> Iterator[int]:
        if not rows:
            return iter(())
        if "id" not in table.c:
            self._connection.execute(table.insert(), rows)
            return iter(())
        order = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        return iter(self._connection.scalars(order, rows).all())

    def _replace_children(self, name: str, parent: tuple[str, ...], children: Mapping[KeyOf, list[Row]]) -> None:
        """Gives parents other children where theirs differ; rows stand in the order of their keys."""
        table = Model.metadata.tables[name]
        old: dict[KeyOf, list[Row]] = {key: [] for key in children}
        parents = [dict(zip(parent, key, strict=True)) for key in children]
        for row in _find(self._connection, table, parent, parents):
            old[_key(row, parent)].append(row)
        ordering = [column.name for column in table.primary_key]
        otherwise = [
            key for key, rows in children.items() if sorted(old[key], key=lambda row: _key(row, ordering)) != rows
        ]
        left = [key for key in otherwise if old[key]]
        gone = [{f"van_{column}": part for column, part in zip(parent, key, strict=True)} for key in left]
        added = [row for key in otherwise for row in children[key]]
        if gone:
            same = (table.c[column] == sa.bindparam(f"van_{column}") for column in parent)
            self._connection.execute(table.delete().where(*same), gone)
        if added:
            self._connection.execute(table.insert(), added)
        self._changed |= bool(otherwise)


def _double(tree: Tree, polissen: list[Row]) -> Iterator[YamlError]:
    """Lines that stand for one polis: of a person with a BSN, and of the same person without it."""
    seen: dict[KeyOf, int] = {}
    for i, row in enumerate(polissen):
        earlier = seen.setdefault(_key(row, KEYS["polissen"]), i)
        if earlier != i:
            what = f"is the polis of polissen[{earlier}]: the same verzekerdennummer, geboortedatum and ingang"
            yield tree.error(("polissen", i), f"{what}; leave out the one without a BSN")


def _key(row: Mapping[str, Any], columns: Collection[str]) -> KeyOf:
    return tuple(row[column] for column in columns)


def _find(connection: Connection, table: sa.Table, key: tuple[str, ...], rows: list[Row]) -> Iterator[Row]:
    """The rows of a table with the keys of these rows."""
    searchable, question = _question(table, key)
    for begin in range(0, len(rows), _PER_TIME):
        part = rows[begin : begin + _PER_TIME]
        sought = {_key(row, key) for row in part}
        values = {column: list({row[column] for row in part}) for column in searchable}
        for found in map(dict, connection.execute(question, values).mappings()):
            if _key(found, key) in sought:
                yield found


@cache
def _question(table: sa.Table, key: tuple[str, ...]) -> tuple[list[str], sa.Select[Any]]:
    """The columns that rows are searched by, and the statement: to make it takes longer than to ask it."""
    # By each column of the key apart, which every database does by index; what else that finds is left out later.
    # A date is left out as well: the rest of the key tells enough.
    searchable = [column for column in key if not isinstance(table.c[column].type, sa.Date)]
    chosen = (table.c[column].in_(sa.bindparam(column, expanding=True)) for column in searchable)
    return searchable, table.select().where(*chosen)


def _factuurnummers(connection: Connection, lines: list[Factuurnummerregel]) -> list[Row]:
    """The rows of these lines. VECOZO's list takes a number once: of several insurers', the last received holds it."""
    table, key = Model.metadata.tables["factuurnummers"], KEYS["factuurnummers"]
    rows = []
    for entry in lines:
        counts = entry.uitkomst != "afgewezen_vecozo"
        at_vecozo = f"{entry.agb}/{entry.factuurnummer}" if counts else None
        rows.append(entry.model_dump() | {"bij_verzekeraar": counts, "vecozo_sleutel": at_vecozo})
    claimants = [row for row in rows if row["vecozo_sleutel"] is not None]
    own = {_key(row, key) for row in rows}
    taken = list(_find(connection, table, ("vecozo_sleutel",), claimants))
    holders = {row["vecozo_sleutel"]: row for row in taken if _key(row, key) not in own}
    for row in claimants:
        holder = holders.setdefault(row["vecozo_sleutel"], row)
        if row["ontvangen"] >= holder["ontvangen"]:
            holders[row["vecozo_sleutel"]] = row
    winners = {_key(row, key) for row in holders.values()}
    losers = [{f"van_{column}": row[column] for column in key} for row in taken if _key(row, key) not in winners]
    if losers:
        # Before the others take the numbers: none is held twice, not even for a moment.
        same = (table.c[column] == sa.bindparam(f"van_{column}") for column in key)
        connection.execute(table.update().where(*same).values(vecozo_sleutel=None), losers)
    return [row if _key(row, key) in winners else row | {"vecozo_sleutel": None} for row in rows]

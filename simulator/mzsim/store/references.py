"""What a verzekeraarsbestand refers to: insurers, pakketten, retourcodes and checks, in the file or in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mzsim.checks.register import REGISTER
from mzsim.common.yaml_lines import Location, readable
from mzsim.standard.retourcodes import FILE, RECORD, REJECTED_FILE, retourcodes
from mzsim.store.columns import as_json
from mzsim.store.connection import Connection
from mzsim.store.verzekeraarsbestand import Verzekeraarsbestand

Errors = Iterator[tuple[Location, str]]

_MESSAGE = "0102-2"
_AMOUNTS = frozenset(c.id for c in REGISTER.values() if c.rubriek in ("0430", "0431") and c.level in (3, 4))
_LINES = frozenset(c.id for c in REGISTER.values() if c.level <= 2) - {"record-5"}
INDISPENSABLE: Mapping[str, str] = {
    **dict.fromkeys(_LINES, "is of level 1 or 2: a message can't be read without it"),
    _MESSAGE: "tells which message this is: a message can't be read without it",
    **dict.fromkeys(_AMOUNTS, "tells what is asked: nobody can say what is granted without it"),
}
"""Checks that are always performed, and why."""


_LEFT = (
    "SELECT EXISTS (SELECT 1 FROM polissen p JOIN polispakketten k ON k.polis_id = p.id"
    " WHERE p.uzovi = :label AND k.uzovi = :van)"
)


class References:
    """What the file and the store hold together, to refer to; what a line of the file replaces doesn't count."""

    def __init__(self, connection: Connection, file: Verzekeraarsbestand) -> None:
        self._connection = connection
        self._content, self._tree = file
        uzovi = connection.rows("SELECT nummer, label_van, beleid FROM uzovi")
        own = {entry.nummer for entry in self._content.uzovi}
        self._old_labels = {number: of for number, of, _ in uzovi}
        self._beleid_elsewhere = {number: as_json(beleid) for number, _, beleid in uzovi if number not in own}
        labels = {entry.nummer: entry.label_van for entry in self._content.uzovi}
        self.label_van: Mapping[str, str | None] = self._old_labels | labels
        """Every insurer of the file and the store, with the one that it is a label of."""
        self._pakketten = {(of, code) for of, code in connection.rows("SELECT uzovi, code FROM pakketten")}
        self._pakketten |= {(entry.uzovi, entry.code) for entry in self._content.pakketten}
        self._kinds: dict[str, str] = dict(connection.rows("SELECT code, soort FROM retourcodes"))
        self._kinds |= {entry.code: entry.soort for entry in self._content.retourcodes}
        self._kinds |= {code.code: code.kind for code in retourcodes().values()}

    def pakket(self, uzovi: str, code: str) -> tuple[str, str] | None:
        """The pakket that a polis means: its own insurer's, or that of the one which this is a label of."""
        for number in (uzovi, self.label_van.get(uzovi)):
            if number is not None and (number, code) in self._pakketten:
                return number, code
        return None

    def require(self) -> None:
        """Raises StoreFileError for the first reference to nothing, or to what it can't be."""
        kinds = (self._uzovi, self._labels, self._beleid, self._pakketten_of_polissen, self._retourcodes)
        self._tree.require_none(self._tree.error(*error) for find in kinds for error in find())

    def _uzovi(self) -> Errors:
        content = self._content
        for listing in ("factuurnummers", "contracten", "pakketten", "polissen", "machtigingen"):
            for i, entry in enumerate(getattr(content, listing)):
                if entry.uzovi not in self.label_van:
                    yield (listing, i, "uzovi"), "is no insurer of this file or the store; add it under uzovi"

    def _labels(self) -> Errors:
        labels_elsewhere = {self._old_labels[number]: number for number in self._beleid_elsewhere}
        for i, entry in enumerate(self._content.uzovi):
            of, location = entry.label_van, ("uzovi", i, "label_van")
            if of is None:
                continue
            if of == entry.nummer:
                yield location, "points to the insurer itself; null stands for none"
            elif of not in self.label_van:
                yield location, "is no insurer of this file or the store; add it under uzovi"
            elif self.label_van[of] is not None:
                yield location, f"{of} is a label itself, of {self.label_van[of]}; name that one"
            elif entry.nummer in labels_elsewhere:
                yield (
                    location,
                    f"{entry.nummer} has a label itself, {labels_elsewhere[entry.nummer]}; a label can't have one",
                )

    def _beleid(self) -> Errors:
        for i, entry in enumerate(self._content.uzovi):
            chosen = entry.beleid.chosen()
            for id, code in chosen.get("retourcodes", {}).items():
                if objection := self._does_not_fit(id, code):
                    yield ("uzovi", i, "beleid", "retourcodes", id), objection
            # The rules themselves may be loaded later; a nummer that the store doesn't hold says nothing.
            for number, code in chosen.get("retourcodes_combinatieregels", {}).items():
                if self._kinds.get(code) not in RECORD:
                    what = f"{code} rejects no record; choose a code of kind D, or add it under retourcodes"
                    yield ("uzovi", i, "beleid", "retourcodes_combinatieregels", number), what
            for j, id in enumerate(chosen.get("uit", ())):
                location = ("uzovi", i, "beleid", "uit", j)
                if id not in REGISTER:
                    yield location, _unknown(id)
                elif id in INDISPENSABLE:
                    yield location, f"check {id} {INDISPENSABLE[id]}; leave it out here"

    def _does_not_fit(self, id: str, code: str) -> str | None:
        """Why a check can't be answered with a code, if so: the code has to reject as much as the check's own does."""
        check, kind = REGISTER.get(id), self._kinds.get(code)
        if check is None:
            return _unknown(id)
        if check.retourcode is None:
            return f"check {id} has no retourbericht that a code could stand in"
        if kind is None:
            return f"retourcode {code} is unknown; add it under retourcodes, with betekenis and soort"
        if code == REJECTED_FILE:
            return f"{code} stands before the cause of a file that is rejected, and names none"
        if check.rejects_file and kind not in FILE:
            return f"check {id} rejects the file, which {code} (kind {kind}) doesn't; choose a code of kind X or T"
        if not check.rejects_file and kind not in RECORD:
            return f"check {id} rejects a record, which {code} (kind {kind}) doesn't; choose a code of kind D"
        return None

    def _pakketten_of_polissen(self) -> Errors:
        for i, entry in enumerate(self._content.polissen):
            for j, code in enumerate(entry.pakketten):
                if self.pakket(entry.uzovi, code) is None:
                    of = self.label_van.get(entry.uzovi)
                    whether = f", nor of {of}, whose label it is" if of else ""
                    yield (
                        ("polissen", i, "pakketten", j),
                        f"is no pakket of {entry.uzovi}{whether}; add it under pakketten",
                    )

    def _retourcodes(self) -> Errors:
        for i, entry in enumerate(self._content.retourcodes):
            kind = self._kinds[entry.code]
            if kind != entry.soort:
                yield ("retourcodes", i, "soort"), f"COD954 holds {entry.code} with kind {kind}; leave this line out"
            for number, beleid in self._beleid_elsewhere.items():
                for id, code in beleid.get("retourcodes", {}).items():
                    if code == entry.code and id in REGISTER and self._does_not_fit(id, code):
                        what = f"{number} in the store answers check {id} with {code}, which needs another kind"
                        yield ("retourcodes", i, "soort"), f"{what}; change its beleid first"

    def require_labels(self) -> None:
        """Raises StoreFileError where a polis of a label is left with a pakket of the insurer that it left."""
        for i, entry in enumerate(self._content.uzovi):
            old = self._old_labels.get(entry.nummer)
            if old is None or old == entry.label_van:
                continue
            if self._connection.scalar(_LEFT, {"label": entry.nummer, "van": old}):
                what = f"polissen of {entry.nummer} in the store hold pakketten of {old}; give them others in this file"
                self._tree.require_none([self._tree.error(("uzovi", i, "label_van"), what)])


def _unknown(id: str) -> str:
    return f"there is no check {readable(id)}; mzsim controles lists them"

"""A person has one name in the store: his BSN where a polis of his holds one, else his date of birth and verzekerdennummer.

Until now `persoon` was V and the verzekerdennummer, on a polis without a BSN and on what was declared without one, so that
two persons who share a number were one. What was declared so is his whose polis with that number had begun by then; what
was before any, his who had the number first. Where nobody had it the date of birth is left open.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_HEAD = "COALESCE(u.label_van, u.nummer)"
_POLISSEN = sa.text(
    f"SELECT p.id, p.uzovi, {_HEAD} AS head, p.bsn, p.verzekerdennummer, p.geboortedatum, p.ingang"
    " FROM polissen p JOIN uzovi u ON u.nummer = p.uzovi WHERE p.verzekerdennummer IN"
    " (SELECT z.verzekerdennummer FROM polissen z WHERE z.bsn IS NULL) ORDER BY p.ingang, p.id"
).columns(geboortedatum=sa.Date, ingang=sa.Date)
_BY_PERSON = sa.text(
    "SELECT id FROM polissen WHERE uzovi = :uzovi AND persoon = :persoon AND ingang = :ingang"
).bindparams(sa.bindparam("ingang", type_=sa.Date))
_POLIS = sa.text("UPDATE polissen SET persoon = :persoon, bsn = :bsn WHERE id = :id")
_DECLARED = sa.text(
    "UPDATE prestaties SET persoon = :persoon WHERE persoon = :was AND datum >= :since AND bericht_id IN"
    f" (SELECT b.id FROM berichten b JOIN uzovi u ON u.nummer = b.uzovi WHERE {_HEAD} = :head)"
)
_AWAY = (
    sa.text("DELETE FROM polispakketten WHERE polis_id = :id"),
    sa.text("DELETE FROM polissen WHERE id = :id"),
)
_MEANWHILE = "W"
"""What names begin with while the old ones, which begin with a V as the new ones do, are still there."""
_ALWAYS = "00000000"


def upgrade() -> None:
    _lengths(of=16, to=None)
    op.create_index("ix_polissen_verzekerdennummer", "polissen", ["verzekerdennummer"])
    connection = op.get_bind()
    polissen = connection.execute(_POLISSEN).all()
    bsns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for polis in polissen:
        if polis.bsn is not None:
            bsns[polis.head, _name(polis)].add(polis.bsn)
    without_bsn = [polis for polis in polissen if polis.bsn is None]
    persons = {polis.id: _only(bsns.get((polis.head, _name(polis)))) for polis in without_bsn}
    for polis in reversed(without_bsn):
        _declared(polis, persons[polis.id], polis.ingang.isoformat().replace("-", ""))
    for polis in without_bsn:
        _declared(polis, persons[polis.id], _ALWAYS)
        _insured(polis, persons[polis.id])
    unknown = " " * len(_ALWAYS)
    op.execute(f"UPDATE prestaties SET persoon = 'V{unknown}' || SUBSTR(persoon, 2) WHERE persoon LIKE 'V%'")
    for table in ("polissen", "prestaties"):
        op.execute(f"UPDATE {table} SET persoon = 'V' || SUBSTR(persoon, 2) WHERE persoon LIKE '{_MEANWHILE}%'")


def downgrade() -> None:
    connection = op.get_bind()
    order = sa.text("SELECT id, uzovi, persoon, ingang FROM polissen WHERE bsn IS NULL ORDER BY id")
    seen = set()
    for polis in connection.execute(order.columns(ingang=sa.Date)).all():
        was = _short(polis.persoon)
        if (polis.uzovi, was, polis.ingang) in seen:
            _away(polis.id)
        else:
            connection.execute(_POLIS, {"persoon": _MEANWHILE + was[1:], "bsn": None, "id": polis.id})
        seen.add((polis.uzovi, was, polis.ingang))
    op.execute(f"UPDATE polissen SET persoon = 'V' || SUBSTR(persoon, 2) WHERE persoon LIKE '{_MEANWHILE}%'")
    op.execute(f"UPDATE prestaties SET persoon = 'V' || SUBSTR(persoon, {2 + len(_ALWAYS)}) WHERE persoon LIKE 'V%'")
    op.drop_index("ix_polissen_verzekerdennummer", table_name="polissen")
    _lengths(of=None, to=16)


def _lengths(of: int | None, to: int | None) -> None:
    """SQLite keeps text of any length, whatever its type says."""
    if op.get_bind().dialect.name != "sqlite":
        for table in ("polissen", "prestaties"):
            op.alter_column(table, "persoon", existing_type=sa.String(of), type_=sa.String(to), existing_nullable=False)


def _name(polis: Any) -> str:
    born: dt.date = polis.geboortedatum
    return f"{_MEANWHILE}{born.isoformat().replace('-', '')}{polis.verzekerdennummer}"


def _short(name: str) -> str:
    return name[0] + name[1 + len(_ALWAYS) :]


def _only(bsns: set[str] | None) -> str | None:
    return next(iter(bsns)) if bsns and len(bsns) == 1 else None


def _declared(polis: Any, bsn: str | None, since: str) -> None:
    names = {"persoon": bsn or _name(polis), "was": f"V{polis.verzekerdennummer}"}
    op.get_bind().execute(_DECLARED, names | {"since": since, "head": polis.head})


def _insured(polis: Any, bsn: str | None) -> None:
    """Of two polissen of one person with the same first day, the one with the BSN stays."""
    connection = op.get_bind()
    key = {"uzovi": polis.uzovi, "persoon": bsn, "ingang": polis.ingang}
    if bsn is not None and connection.scalar(_BY_PERSON, key) is not None:
        _away(polis.id)
    else:
        connection.execute(_POLIS, {"persoon": bsn or _name(polis), "bsn": bsn, "id": polis.id})


def _away(polis_id: int) -> None:
    for order in _AWAY:
        op.get_bind().execute(order, {"id": polis_id})

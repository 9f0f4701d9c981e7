"""The columns of a statement, from the fields of the rows that it fills: no list of columns is kept beside a class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import sqlalchemy as sa

PRESTATIES = "prestaties p JOIN berichten b ON b.id = p.bericht_id"
"""Prestatierecords with the message that each came in."""
WAS_CREDIT = "(p.declaratiebedrag < 0 OR (p.declaratiebedrag = 0 AND p.vorig_referentienummer <> ''))"
"""A credit among them: `earlier.credits.was_credit`, where only the database counts."""

_OF_MESSAGE = frozenset({"uzovi", "agb", "factuurnummer", "ontvangen"})
_TYPES: dict[Any, type[sa.types.TypeEngine[Any]]] = {
    str: sa.String,
    int: sa.Integer,
    bool: sa.Boolean,
    dt.date: sa.Date,
    list: sa.JSON,
    dict: sa.JSON,
}


def of_prestaties(fields: Iterable[str]) -> str:
    """Columns of `PRESTATIES` under these names, in this order."""
    return ", ".join(f"{'b' if field in _OF_MESSAGE else 'p'}.{field}" for field in fields)


def select(row: type[Any], rest: str, *parameters: sa.BindParameter[Any]) -> sa.TextualSelect:
    """The statement that selects the fields of a NamedTuple, of the types that it gives them; `rest` is what follows.

    A list or a dict is JSON in the store.
    """
    types = {name: _type(hint) for name, hint in get_type_hints(row).items()}
    statement = sa.text(f"SELECT {', '.join(types)} {rest}").bindparams(*parameters)
    return statement.columns(*(sa.column(name, type_) for name, type_ in types.items()))


def _type(hint: Any) -> type[sa.types.TypeEngine[Any]]:
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    return _TYPES[get_origin(hint) or hint]

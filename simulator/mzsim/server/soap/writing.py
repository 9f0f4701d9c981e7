"""Writes messages and faults, piece by piece: a retour may be large."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from mzsim.common.names import printable
from mzsim.server.soap.shapes import SIMPLE, Content, fields_of

_PIECE = 3 << 16
"""Bytes that are encoded at once: a multiple of three."""


class Version(NamedTuple):
    """A version of SOAP: its namespace, the type of its bodies, and the names of whose fault something is."""

    namespace: str
    media_type: str
    sender: str
    receiver: str


SOAP_11 = Version("http://schemas.xmlsoap.org/soap/envelope/", "text/xml", "Client", "Server")
SOAP_12 = Version("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml", "Sender", "Receiver")


def envelope(version: Version, namespace: str, message: Any) -> Iterator[bytes]:
    """A message of a service, which has this namespace."""
    name = type(message).__name__
    yield (
        f'<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="{version.namespace}" xmlns:m="{namespace}:messages"'
        f' xmlns:t="{namespace}:types"><s:Body><m:{name}>'
    ).encode()
    yield from _fields("m", message)
    yield f"</m:{name}></s:Body></s:Envelope>".encode()


def fault(version: Version, reason: str, *, of_sender: bool) -> bytes:
    """A fault, with the one line that says why."""
    code, line = (version.sender if of_sender else version.receiver), escape(printable(reason))
    if version is SOAP_11:
        inner = f"<faultcode>s:{code}</faultcode><faultstring>{line}</faultstring>"
    else:
        inner = (
            f'<s:Code><s:Value>s:{code}</s:Value></s:Code><s:Reason><s:Text xml:lang="en">{line}</s:Text></s:Reason>'
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="{version.namespace}">'
        f"<s:Body><s:Fault>{inner}</s:Fault></s:Body></s:Envelope>"
    ).encode()


def _fields(prefix: str, message: Any) -> Iterator[bytes]:
    for field in fields_of(type(message)):
        value = getattr(message, field.name)
        if value is None:
            continue
        yield f"<{prefix}:{field.name}>".encode()
        if field.item is None:
            yield from _content(value)
        else:
            for one in value:
                yield f"<t:{field.item}>".encode()
                yield from _content(one)
                yield f"</t:{field.item}>".encode()
        yield f"</{prefix}:{field.name}>".encode()


def _content(value: Any) -> Iterator[bytes]:
    if isinstance(value, Content):
        yield from _base64(value.pieces)
    elif isinstance(value, bool):
        yield b"true" if value else b"false"
    elif isinstance(value, dt.datetime):
        yield value.isoformat().encode()
    elif type(value) in SIMPLE or isinstance(value, str):
        yield escape(printable(str(value))).encode()
    else:
        yield from _fields("t", value)


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % 3 if len(rest) >= _PIECE else 0
        yield b64encode(rest[:whole])
        rest = rest[whole:]
    yield b64encode(rest)

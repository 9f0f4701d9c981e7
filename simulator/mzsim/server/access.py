"""Who may: the hosts by whose names the portal is reached, where a change may come from, and tokens."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "mzsim_token"
"""Where a browser keeps the token that was typed."""


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


class Access(NamedTuple):
    """How a portal is reached: the names that a Host may have, and the hash of its own token; None asks for no token.

    The portal's own token opens every store; each store has a token that opens that store alone.
    """

    hosts: frozenset[str] = LOOPBACK
    token: bytes | None = None

    @property
    def is_closed(self) -> bool:
        """Whether a token is asked for."""
        return self.token is not None

    def knows_host(self, host: str) -> bool:
        """Whether this Host header names the portal: else a page of another site reaches it by a name of its own."""
        return name_of(host) in self.hosts

    def is_own_token(self, token: str) -> bool:
        """Whether this is the token of the portal itself; compared in constant time."""
        return self.token is not None and hmac.compare_digest(self.token, hash_of(token))


def name_of(host: str) -> str:
    """The name in a Host header, without its port; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def from_elsewhere(host: str, headers: dict[str, str]) -> bool:
    """Whether a request that changes something was made by a page of another site, by what a browser says of it."""
    origin = headers.get("origin")
    if origin is not None:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return True
        return parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower()
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def presented(headers: dict[str, str], cookies: Iterable[tuple[str, str]]) -> str | None:
    """The token that a request brings: behind `Authorization: Bearer`, else in its cookie."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and value:
        return value.strip()
    return next((value for name, value in cookies if name == COOKIE), None)

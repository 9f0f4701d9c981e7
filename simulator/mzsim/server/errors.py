"""What can go wrong at the portal: one class per cause, each with a message of one line."""

from __future__ import annotations

import datetime as dt

from mzsim.common.errors import MzsimError


class PortalError(MzsimError):
    """The portal can't be opened, or a store of it not made or dropped."""


class UnknownStoreError(PortalError):
    """The portal has no store of this name."""


class UnknownSubmissionError(PortalError):
    """The store has no submission with this id."""


class UnknownRetourError(PortalError):
    """The store has released no retour with this id, or there is none of this submission yet."""


class QuotaError(PortalError):
    """The store has taken in all that it may."""


class BehaviourError(PortalError):
    """The behaviour that is asked for is none."""


class OutageError(PortalError):
    """The portal plays that it is out of order, until a moment; `now` is the one at which it was asked."""

    def __init__(self, until: dt.datetime, now: dt.datetime) -> None:
        super().__init__(f"out of order until {until:%H:%M:%S} UTC, as the behaviour of this store asks for")
        self.until = until
        self.left = until - now

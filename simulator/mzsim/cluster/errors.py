"""What can go wrong with a cluster: one class per cause, each with a message of one line that says what to do."""

from __future__ import annotations

from mzsim.common.errors import MzsimError, StoreError


class ClusterError(MzsimError):
    """A URL names no cluster, or one of another program; or its database refuses what it is asked."""


class OtherFormError(ClusterError):
    """The tables of a cluster have another form than those that this program works with: an older or a newer one made them."""


class AwayError(ClusterError):
    """The server of a cluster can't be reached, or can't do anything now; it may be there again in a while."""


class StoreClosedError(StoreError):
    """A store can't be used now, because somebody is making, migrating, archiving or dropping it."""

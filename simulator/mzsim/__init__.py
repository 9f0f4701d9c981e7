"""A simulator of the Dutch dental claim exchange: MZ301 in, MZ302 out."""

from mzsim.common.version import __version__

__all__ = ["__version__"]

"""A simulator of the Dutch dental claim exchange: MZ301 in, MZ302 out."""

__version__ = "0.1.0"

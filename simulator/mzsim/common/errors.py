"""What can go wrong outside the data: one class per cause, each with a message of one line and an exit status."""

from __future__ import annotations

import traceback
from pathlib import Path

from mzsim.common.names import printable


def place_of(error: BaseException) -> str:
    """Where in the program something was raised, as ` in FILE, line N`; what it says may be of a person."""
    steps = traceback.extract_tb(error.__traceback__)
    return f" in {Path(steps[-1].filename).name}, line {steps[-1].lineno}" if steps else ""


class MzsimError(Exception):
    """Something outside the declaration prevents an answer. The message says what and what to do next.

    It is one line, whatever the name of a file or the value of a key in it holds.
    """

    exit_status = 2

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class InputError(MzsimError):
    """A file can't be read, or changed while it was read."""


class OutputError(MzsimError):
    """A retourbericht can't be written."""


class StoreError(MzsimError):
    """The store can't be opened, is locked, is of another version, or is no store."""


class DamagedError(MzsimError):
    """Something of what the store holds is not what was put there. It stays so, and says nothing of what it was."""


class SilentStoreError(StoreError):
    """The store is not there, or knows no insurer: what it would answer says nothing about a declaration."""


class StoreFileError(MzsimError):
    """A verzekeraarsbestand is wrong; the message names file, line and key."""


class SubmissionError(MzsimError):
    """A key is none, or the store knows it with another declaration. Nothing was answered."""


class ScriptError(MzsimError):
    """A script of answers is wrong, or asks for an impossible retour; the message names file and line."""


class ManifestError(MzsimError):
    """A manifest can't be read, or its run can't be repeated here. Nothing was written or recorded."""


class OwnError(MzsimError):
    """The program made a retourbericht that its own check refuses. Nothing was written or registered."""


class ReportError(MzsimError):
    """A report has nothing to report on: the store is empty, or doesn't know the practice or the insurer."""


class CaseError(MzsimError):
    """A case of a suite is wrong, or no case was found; the message names file, line and key where there are any."""

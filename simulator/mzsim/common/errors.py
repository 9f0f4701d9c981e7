"""What can go wrong outside the data: one class per cause, each with a message of one line and an exit status."""

from __future__ import annotations


class SimulatorFout(Exception):
    """Something outside the declaration prevents an answer. The message says what and what to do next."""

    exit_status = 2


class InvoerFout(SimulatorFout):
    """A file can't be read, or changed while it was read."""


class UitvoerFout(SimulatorFout):
    """A retourbericht can't be written."""


class StoreFout(SimulatorFout):
    """The store can't be opened, is locked, is of another version, or is no store."""


class StorebestandFout(SimulatorFout):
    """A verzekeraarsbestand is wrong; the message names file, line and key."""


class ScriptFout(SimulatorFout):
    """A script of answers is wrong, or asks for an impossible retour; the message names file and line."""


class ManifestFout(SimulatorFout):
    """A manifest can't be read, or its run can't be repeated here. Nothing was written or recorded."""


class EigenFout(SimulatorFout):
    """The program made a retourbericht that its own check refuses. Nothing was written or registered."""


class RapportFout(SimulatorFout):
    """A report has nothing to report on: the store is empty, or doesn't know the practice or the insurer."""


class GevalFout(SimulatorFout):
    """A case of a suite is wrong, or no case was found; the message names file, line and key where there are any."""

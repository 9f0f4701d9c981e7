"""What each operation of the web service does: with a store of the portal, from request to response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby, islice
from typing import Any, NamedTuple

from mzsim.common.errors import InputError
from mzsim.judging.message import SENDER_VECOZO
from mzsim.server.errors import UnknownRetourError, UnknownSubmissionError
from mzsim.server.options import SubmitOptions
from mzsim.server.portal_store import PortalStore
from mzsim.server.soap import messages as m
from mzsim.server.soap.shapes import Content
from mzsim.server.soap.wsdl import Described
from mzsim.server.states import RetourState, State
from mzsim.server.submission import ACCEPTED, Retour, Submission
from mzsim.standard.layout import layouts
from mzsim.standard.messages import RETOUR
from mzsim.standard.values import text

_STANDARD = m.EIStandaard("MZ302", 1, 3)
_REFERENCE = layouts(RETOUR.name)[b"01"]["0181"].plaats
_RECEIVED, _REJECTED = "OntvangenDoorVecozo", "AfgekeurdDoorVecozo"
_AT_INSURER = "SuccesvolOntvangenDoorZorgverzekeraar"
STATUSES = {
    State.RECEIVED: _RECEIVED,
    State.EXAMINED: _RECEIVED,
    State.REFUSED: _REJECTED,
    State.REJECTED: _REJECTED,
    State.UNREADABLE: _REJECTED,
    State.CORRECT: "CorrectBevondenDoorVecozo",
    State.READY: "KlaarVoorVerzendingNaarZorgverzekeraar",
    State.AT_INSURER: _AT_INSURER,
    State.FORWARDED: _AT_INSURER,
    State.HANDLED: "AfgehandeldDoorZorgverzekeraar",
}
"""DeclaratieStatus, by our own state. `fout` has none: a failure of the tool is no verdict."""
_BACK = {RetourState.DOWNLOADED: "GedownloadDoorZorgaanbieder", RetourState.HIDDEN: "Verwijderd"}
_MOST_MELDINGEN = 1_000
"""Of a declaration; a message that holds them all would have no end."""


def is_alive(_: PortalStore, __: m.IsAliveRequest) -> m.IsAliveResponse:
    return m.IsAliveResponse(True)


def submit(store: PortalStore, request: m.IndienenRequest) -> m.IndienenResponse:
    file = request.DeclaratieBestand
    size = file.Data.file.seek(0, 2)
    file.Data.file.seek(0)
    if size != file.Bestandsgrootte:
        raise InputError(f"Bestandsgrootte says {file.Bestandsgrootte} bytes, and Data holds {size}")
    options = SubmitOptions(reference=request.ReferentieZorgaanbieder or "")
    found, _ = store.submit(file.Data.file, file.Bestandsnaam, options=options)
    return m.IndienenResponse(
        tuple(
            m.IndienResultaat(one.resultaat, one.id, one.bestandsnaam)
            if one.resultaat == ACCEPTED
            else m.IndienResultaat(one.resultaat, None, one.bestandsnaam, one.melding)
            for one in found
        )
    )


def ask_retours(
    store: PortalStore, request: m.OpvragenTeVerwerkenRetourInformatieRequest
) -> m.OpvragenTeVerwerkenRetourInformatieResponse:
    asked = {(one.StandaardCode.upper(), one.Versie) for one in request.EIStandaarden}
    retours: Iterable[Retour] = ()
    if not asked or (_STANDARD.StandaardCode, _STANDARD.Versie) in asked:
        retours = _not_hidden(store, request.LaatstOntvangenRetourbestandId or 0, request.DeclaratieId)
    found = tuple(
        _information(store.submission(id), list(group)) for id, group in groupby(retours, lambda one: one.declaratie_id)
    )
    return m.OpvragenTeVerwerkenRetourInformatieResponse(len(found), found)


def _not_hidden(store: PortalStore, after: int, declaration: int | None) -> Iterator[Retour]:
    """A hundred retours, all of them of one declaration where that is asked for."""
    left = 100
    while left and (retours := store.retours(after=after)):
        for retour in retours:
            after = retour.id
            if retour.status != RetourState.HIDDEN and declaration in (None, retour.declaratie_id):
                left -= 1
                yield retour
                if not left:
                    return


def _information(submission: Submission, retours: list[Retour]) -> m.RetourInformatie:
    files = tuple(
        m.Retourbestand(one.id, _STANDARD, _back(submission, one), one.vrijgegeven, submission.ontvangen)
        for one in retours
    )
    return m.RetourInformatie(submission.id, STATUSES[State(submission.status)], files)


def _back(submission: Submission, retour: Retour) -> str:
    by_vecozo = submission.resultaat is not None and submission.resultaat["afzender"] == SENDER_VECOZO
    return _BACK.get(RetourState(retour.status), _REJECTED if by_vecozo else "TeruggestuurdDoorZorgverzekeraar")


def ask_status(
    store: PortalStore, request: m.RaadplegenDeclaratiestatusRequest
) -> m.RaadplegenDeclaratiestatusResponse:
    return m.RaadplegenDeclaratiestatusResponse(tuple(_status(store, id) for id in request.DeclaratieIds))


def _status(store: PortalStore, id: int) -> m.Declaratiestatus:
    try:
        submission = store.submission(id)
    except UnknownSubmissionError:
        return m.Declaratiestatus(id, m.UNKNOWN_DECLARATION)
    if (status := STATUSES.get(State(submission.status))) is None:
        return m.Declaratiestatus(id, m.FAILED, None, (m.Melding("", submission.melding),))
    by_vecozo = submission.resultaat is None or submission.resultaat["afzender"] in (None, SENDER_VECOZO)
    told = (_melding(one, by_vecozo=by_vecozo) for one in islice(store.meldingen(id), _MOST_MELDINGEN))
    return m.Declaratiestatus(id, m.FOUND, status, tuple(told))


def _melding(melding: dict[str, Any], *, by_vecozo: bool) -> m.Melding:
    code, what = melding["retourcode"] or "", melding["tekst"]
    if by_vecozo:
        return m.Melding(code, what)
    number = melding["identificatie"]
    return m.Melding(code, what, melding["record"], None if number is None else str(number))


def download(store: PortalStore, request: m.DownloadRequest) -> m.DownloadResponse:
    if (request.DeclaratieId is None) == (request.RetourbestandId is None):
        raise InputError("Download asks for one thing: a DeclaratieId or a RetourbestandId")
    try:
        id = request.RetourbestandId
        if id is None:
            id = store.submission(request.DeclaratieId or 0).retour_id
        if id is None:
            return m.DownloadResponse(m.UNKNOWN_RETOUR)
        retour, content = store.retour_file(id)
        if retour.status == RetourState.HIDDEN:
            return m.DownloadResponse(m.UNKNOWN_RETOUR)
    except (UnknownRetourError, UnknownSubmissionError):
        return m.DownloadResponse(m.UNKNOWN_RETOUR)
    submission = store.submission(retour.declaratie_id)
    begin = next(content)
    if retour.status == RetourState.READY:
        store.mark_downloaded(id)
    return m.DownloadResponse(
        m.DOWNLOADED,
        STATUSES[State(submission.status)],
        _BACK[RetourState.DOWNLOADED],
        text(begin[_REFERENCE]),
        m.Bestand(retour.bestandsnaam, retour.grootte, Content(pieces=chain((begin,), content))),
    )


def download_pdf(_: PortalStore, __: m.DownloadPdfRequest) -> m.DownloadPdfResponse:
    return m.DownloadPdfResponse(m.UNKNOWN_PDF)


class Operation(NamedTuple):
    """An operation: its name, its messages, what it does, and whether it may write to the store; it raises a `MzsimError` for
    what can't be."""

    name: str
    request: type[Any]
    response: type[Any]
    do: Callable[[PortalStore, Any], Any]
    writes: bool = False


_IS_ALIVE = Operation("IsAlive", m.IsAliveRequest, m.IsAliveResponse, is_alive)


class Service(NamedTuple):
    """A service of the router."""

    name: str
    namespace: str
    operations: tuple[Operation, ...]

    def operation(self, request: str) -> Operation | None:
        """The operation with a request of this name."""
        return next((one for one in self.operations if one.request.__name__ == request), None)

    @property
    def described(self) -> Described:
        """What a WSDL tells of it."""
        return Described(self.name, self.namespace, [one[:3] for one in self.operations])


SERVICES = (
    Service(
        "IndienenDeclaratieV1",
        m.SUBMITTING,
        (_IS_ALIVE, Operation("Indienen", m.IndienenRequest, m.IndienenResponse, submit, writes=True)),
    ),
    Service(
        "DownloadenRetourinformatieV1",
        m.DOWNLOADING,
        (
            _IS_ALIVE,
            Operation(
                "OpvragenTeVerwerkenRetourInformatie",
                m.OpvragenTeVerwerkenRetourInformatieRequest,
                m.OpvragenTeVerwerkenRetourInformatieResponse,
                ask_retours,
            ),
            Operation(
                "RaadplegenDeclaratiestatus",
                m.RaadplegenDeclaratiestatusRequest,
                m.RaadplegenDeclaratiestatusResponse,
                ask_status,
            ),
            Operation("Download", m.DownloadRequest, m.DownloadResponse, download, writes=True),
            Operation("DownloadPdf", m.DownloadPdfRequest, m.DownloadPdfResponse, download_pdf),
        ),
    ),
)
"""Of which service RaadplegenDeclaratiestatus is an operation is inferred."""

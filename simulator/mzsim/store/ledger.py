"""The ledger of the portal: what was submitted, how it is answered, and which retours are released. Plain SQL, as in `facts.py`.

Ids are given in the order in which they are committed, and never again: who asks for what comes after the last id that he
knows misses nothing. Moments are microseconds since 1970, UTC. What is meant by states and fates is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

from mzsim.common.packing import unpacked
from mzsim.store.session import Connection, Database

DECLARATION, RETOUR, MELDINGEN = "declaratie", "retour", "meldingen"
"""What a submission has pieces of."""


class NewSubmission(NamedTuple):
    """What is known of a submission when it comes in; `PortalSubmissionTable` says what the values are."""

    bestandsnaam: str
    grootte: int
    sha256: str
    ontvangen: int
    uzovi: str
    factuurnummer: str
    referentie: str
    opdracht: str
    script: str | None
    lot: str
    tijdlijn: str
    beantwoord: int | None
    eindstatus: str | None
    einde: int | None
    melding: str


class Answered(NamedTuple):
    """What is known of a submission from when it is answered."""

    tijdlijn: str
    beantwoord: int
    eindstatus: str | None
    einde: int | None
    resultaat: str | None
    melding: str


class Kept(NamedTuple):
    """A submission as the ledger has it, with its first retour: None where none was made, or none is to come."""

    id: int
    bestandsnaam: str
    grootte: int
    sha256: str
    ontvangen: int
    uzovi: str
    factuurnummer: str
    referentie: str
    opdracht: str
    script: str | None
    lot: str
    pogingen: int
    tijdlijn: str
    einde: int | None
    resultaat: str | None
    melding: str
    retour_id: int | None
    vrij: int | None
    gedownload: int | None
    verborgen: int | None


class Released(NamedTuple):
    """A retour that was released, and the name of the declaration that it answers."""

    id: int
    inzending_id: int
    bestandsnaam: str
    grootte: int
    vrij: int
    gedownload: int | None
    verborgen: int | None


class Totals(NamedTuple):
    """How many submissions are kept, their bytes together, and how many wait for an answer."""

    aantal: int
    omvang: int
    wachtend: int


class Question(NamedTuple):
    """Which submissions are asked for; None asks nothing. `ended` and `now` leave out those that have ended otherwise by now.

    `after` is the last id that is known; newest first, those before it.
    """

    after: int = 0
    limit: int = 100
    uzovi: str | None = None
    reference: str | None = None
    since: int | None = None
    until: int | None = None
    ended: str | None = None
    now: int = 0
    newest_first: bool = False


_FIRST = "INSERT INTO portaal (id, inzendingen, retouren, aantal, omvang) VALUES (1, 0, 0, 0, 0) ON CONFLICT DO NOTHING"
_TAKE_IDS = (
    "UPDATE portaal SET inzendingen = inzendingen + :count, aantal = aantal + :count, omvang = omvang + :size"
    " RETURNING inzendingen"
)
_NEW = (
    f"INSERT INTO portaalinzendingen (id, pogingen, {', '.join(NewSubmission._fields)})"
    f" VALUES (:id, 0, {', '.join(f':{name}' for name in NewSubmission._fields)})"
)
_NEW_PIECE = (
    "INSERT INTO portaalstukken (inzending_id, soort, volgnummer, inhoud) VALUES (:id, :soort, :volgnummer, :inhoud)"
)
_PIECE = "SELECT inhoud FROM portaalstukken WHERE inzending_id = :id AND soort = :soort AND volgnummer = :volgnummer"
_OF_RETOUR = {"retour_id": "r.id", "vrij": "r.vrij", "gedownload": "r.gedownload", "verborgen": "r.verborgen"}
_KEPT = (
    f"SELECT {', '.join(_OF_RETOUR.get(name, f'i.{name}') for name in Kept._fields)} FROM portaalinzendingen i"
    " LEFT JOIN portaalretouren r ON r.inzending_id = i.id AND r.keer = 1"
)
_ONE = f"{_KEPT} WHERE i.id = :id"
_UNANSWERED = f"{_KEPT} WHERE i.beantwoord IS NULL AND i.id > :after ORDER BY i.id LIMIT 1"
_CONDITIONS = {
    "uzovi": "i.uzovi = :uzovi",
    "reference": "(i.referentie = :reference OR i.factuurnummer = :reference)",
    "since": "i.ontvangen >= :since",
    "until": "i.ontvangen < :until",
    "ended": "(i.einde IS NULL OR i.einde > :now OR i.eindstatus = :ended)",
}
_WAITS = "SELECT 1 FROM portaalinzendingen WHERE id = :id AND ontvangen = :ontvangen AND beantwoord IS NULL"
_ATTEMPT = (
    "UPDATE portaalinzendingen SET pogingen = pogingen + 1, melding = :reason WHERE id = :id AND beantwoord IS NULL"
)
_ANSWERED = (
    f"UPDATE portaalinzendingen SET {', '.join(f'{name} = :{name}' for name in Answered._fields)} WHERE id = :id"
)
_NEW_RETOUR = "INSERT INTO portaalretouren (inzending_id, keer, vrij, grootte) VALUES (:id, :keer, :vrij, :grootte)"
_DUE = (
    "SELECT inzending_id, keer FROM portaalretouren WHERE id IS NULL AND vrij <= :now ORDER BY vrij, inzending_id, keer"
)
_TAKE_RETOUR_IDS = "UPDATE portaal SET retouren = retouren + :count RETURNING retouren"
_RELEASE = "UPDATE portaalretouren SET id = :id WHERE inzending_id = :inzending_id AND keer = :keer"
_RELEASED = (
    "SELECT r.id, r.inzending_id, i.bestandsnaam, r.grootte, r.vrij, r.gedownload, r.verborgen"
    " FROM portaalretouren r JOIN portaalinzendingen i ON i.id = r.inzending_id"
)
_RELEASED_AFTER = f"{_RELEASED} WHERE r.id > :after AND r.verborgen IS NULL ORDER BY r.id LIMIT :limit"
_RELEASED_ONE = f"{_RELEASED} WHERE r.id = :id"
_DOWNLOADED = "UPDATE portaalretouren SET gedownload = :now WHERE id = :id AND gedownload IS NULL"
_HIDDEN = "UPDATE portaalretouren SET verborgen = :now WHERE id = :id AND verborgen IS NULL"
_KEY = "SELECT sha256, antwoord FROM portaalsleutels WHERE sleutel = :sleutel"
_NEW_KEY = "INSERT INTO portaalsleutels (sleutel, sha256, antwoord) VALUES (:sleutel, :sha256, :antwoord)"
_SETTINGS = "SELECT p.gedrag, s.tekst FROM portaal p LEFT JOIN portaalscripts s ON s.sha256 = p.script"
_SET_BEHAVIOUR = "UPDATE portaal SET gedrag = :gedrag"
_SET_SCRIPT = "UPDATE portaal SET script = :script"
_SCRIPT_IN_USE = "SELECT script FROM portaal"
_SCRIPT = "SELECT tekst FROM portaalscripts WHERE sha256 = :sha256"
_NEW_SCRIPT = "INSERT INTO portaalscripts (sha256, tekst) VALUES (:sha256, :tekst) ON CONFLICT DO NOTHING"
_LATEST = (
    "SELECT max(moment) FROM ("
    "SELECT max(ontvangen) AS moment FROM portaalinzendingen UNION ALL SELECT max(beantwoord) FROM portaalinzendingen"
    " UNION ALL SELECT max(vrij) FROM portaalretouren WHERE id IS NOT NULL"
    " UNION ALL SELECT max(gedownload) FROM portaalretouren UNION ALL SELECT max(verborgen) FROM portaalretouren"
    ") AS moments"
)
_TOTALS = "SELECT aantal, omvang FROM portaal"
_WAITING = "SELECT count(*) FROM portaalinzendingen WHERE beantwoord IS NULL"
_ENDS = (
    f"SELECT eindstatus, count(*), ({_WAITING}),"
    " (SELECT ontvangen FROM portaalinzendingen WHERE beantwoord IS NULL ORDER BY id LIMIT 1)"
    " FROM portaalinzendingen GROUP BY eindstatus"
)
_DELAYS = (
    "SELECT beantwoord - ontvangen FROM portaalinzendingen WHERE beantwoord >= :since"
    " AND (eindstatus IS NULL OR eindstatus <> :but) ORDER BY beantwoord DESC LIMIT :limit"
)


def begin(connection: Connection) -> None:
    """Makes the one row that says what was given out, where it is not there. Asked by who changes the store."""
    connection.execute(_FIRST)


def take_ids(connection: Connection, count: int, size: int) -> int:
    """The first of so many new ids, of submissions of so many bytes together."""
    return int(connection.scalar(_TAKE_IDS, {"count": count, "size": size})) - count + 1


def add(connection: Connection, id: int, submission: NewSubmission) -> None:
    """Writes a submission under an id of its own."""
    connection.execute(_NEW, {"id": id, **submission._asdict()})


def add_pieces(connection: Connection, id: int, kind: str, pieces: Iterable[bytes]) -> None:
    """Writes what belongs to a submission, packed as it comes."""
    for number, piece in enumerate(pieces):
        connection.execute(_NEW_PIECE, {"id": id, "soort": kind, "volgnummer": number, "inhoud": piece})


def piece_of(connection: Connection, id: int, kind: str, number: int) -> bytes | None:
    """A piece of what belongs to a submission, packed, by its number from 0; None behind the last."""
    piece = connection.scalar(_PIECE, {"id": id, "soort": kind, "volgnummer": number})
    return None if piece is None else bytes(piece)


def content_of(store: Database, id: int, kind: str) -> Iterator[bytes]:
    """What belongs to a submission, as it came: piece by piece, so that nobody has to wait for who reads it slowly."""

    def pieces() -> Iterator[bytes]:
        for number in count():
            with store.read() as connection:
                piece = piece_of(connection, id, kind, number)
            if piece is None:
                return
            yield piece

    return unpacked(pieces())


def kept(connection: Connection, id: int) -> Kept | None:
    """A submission by its id."""
    row = connection.first(_ONE, {"id": id})
    return None if row is None else Kept(*row)


def all_kept(connection: Connection, question: Question) -> list[Kept]:
    """The submissions that are asked for, in order of their ids."""
    asked = {name: value for name, value in question._asdict().items() if value is not None}
    conditions = [sql for name, sql in _CONDITIONS.items() if name in asked]
    if question.after or not question.newest_first:
        conditions.append(f"i.id {'<' if question.newest_first else '>'} :after")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "DESC" if question.newest_first else "ASC"
    sql = f"{_KEPT}{where} ORDER BY i.id {order} LIMIT :limit"
    return [Kept(*row) for row in connection.rows(sql, asked)]


def first_unanswered(connection: Connection, after: int = 0) -> Kept | None:
    """The submission that waits longest for an answer, of those after the id `after`."""
    row = connection.first(_UNANSWERED, {"after": after})
    return None if row is None else Kept(*row)


def count_attempt(connection: Connection, id: int, reason: str) -> None:
    """Whoever was answering a submission did not get to the end, and why: counts that with it."""
    connection.execute(_ATTEMPT, {"id": id, "reason": reason})


def still_waits(connection: Connection, id: int, received: int) -> bool:
    """Whether the submission that came in at this moment is there, and waits for an answer. Asked by who changes the store."""
    return connection.first(_WAITS, {"id": id, "ontvangen": received}) is not None


def answer(connection: Connection, id: int, answered: Answered) -> None:
    """Writes the answer to a submission that still waits."""
    connection.execute(_ANSWERED, {"id": id, **answered._asdict()})


def add_retour(connection: Connection, id: int, time: int, moment: int, size: int) -> None:
    """A retour of a submission is released at a moment, as the first or the second time."""
    connection.execute(_NEW_RETOUR, {"id": id, "keer": time, "vrij": moment, "grootte": size})


def is_due(connection: Connection, now: int) -> bool:
    """Whether a retour without an id is released by now."""
    return connection.first(_DUE, {"now": now}) is not None


def release(connection: Connection, now: int) -> None:
    """Gives an id to every retour that is released by now, in the order of their release."""
    due = connection.rows(_DUE, {"now": now})
    if due:
        last = int(connection.scalar(_TAKE_RETOUR_IDS, {"count": len(due)}))
        for id, (submission, time) in enumerate(due, start=last - len(due) + 1):
            connection.execute(_RELEASE, {"id": id, "inzending_id": submission, "keer": time})


def released(connection: Connection, after: int, limit: int) -> list[Released]:
    """The retours that were released after one and not hidden since, by id."""
    return [Released(*row) for row in connection.rows(_RELEASED_AFTER, {"after": after, "limit": limit})]


def released_one(connection: Connection, id: int) -> Released | None:
    """A retour by its id."""
    row = connection.first(_RELEASED_ONE, {"id": id})
    return None if row is None else Released(*row)


def mark_downloaded(connection: Connection, id: int, now: int) -> None:
    """A retour was downloaded; the first time counts."""
    connection.execute(_DOWNLOADED, {"id": id, "now": now})


def hide(connection: Connection, id: int, now: int) -> None:
    """A retour is not shown among the others any more; the first time counts."""
    connection.execute(_HIDDEN, {"id": id, "now": now})


def said_before(connection: Connection, key: str) -> tuple[str, str] | None:
    """What came with a key, by its SHA-256, and what was said to it; None where the key is new."""
    row = connection.first(_KEY, {"sleutel": key})
    return None if row is None else (row[0], row[1])


def remember_said(connection: Connection, key: str, sha256: str, said: str) -> None:
    """Keeps what was said to an upload with a key."""
    connection.execute(_NEW_KEY, {"sleutel": key, "sha256": sha256, "antwoord": said})


def settings(connection: Connection) -> tuple[str | None, str | None]:
    """What the portal was told of this store: its behaviour as JSON, and the text of its script; None where nothing."""
    row = connection.first(_SETTINGS)
    return (None, None) if row is None else (row[0], row[1])


def set_behaviour(connection: Connection, behaviour: str | None) -> None:
    """Keeps the behaviour of the portal, as JSON."""
    connection.execute(_SET_BEHAVIOUR, {"gedrag": behaviour})


def set_script(connection: Connection, sha256: str | None) -> None:
    """Has a script that is kept answer from now on."""
    connection.execute(_SET_SCRIPT, {"script": sha256})


def script_in_use(connection: Connection) -> str | None:
    """The script that answers now."""
    found: str | None = connection.scalar(_SCRIPT_IN_USE)
    return found


def keep_script(connection: Connection, sha256: str, text: str) -> None:
    """Keeps a script for as long as the store is."""
    connection.execute(_NEW_SCRIPT, {"sha256": sha256, "tekst": text})


def script_text(connection: Connection, sha256: str) -> str:
    """The text of a script that is kept."""
    return str(connection.scalar(_SCRIPT, {"sha256": sha256}))


def totals(connection: Connection) -> Totals:
    """What the ledger holds."""
    row: Any = connection.first(_TOTALS) or (0, 0)
    return Totals(row[0], row[1], connection.scalar(_WAITING) or 0)


def latest(connection: Connection) -> int:
    """The last moment of which the ledger knows that it has been; 0 where it knows none."""
    return int(connection.scalar(_LATEST) or 0)


def ends(connection: Connection) -> tuple[dict[str | None, int], int, int | None]:
    """How many submissions end in which state, None where that is not known or never comes; how many wait for an answer, and
    when the first of these came in."""
    rows = connection.rows(_ENDS)
    return {end: count for end, count, *_ in rows}, *(rows[0][2:] if rows else (0, None))


def delays(connection: Connection, since: int, but: str, limit: int) -> list[int]:
    """How long the submissions waited for their answer that got it since a moment, in microseconds: so many of the latest, but
    those that ended in one state."""
    return connection.scalars(_DELAYS, {"since": since, "but": but, "limit": limit})


PORTAL = ("portaalsleutels", "portaalstukken", "portaalretouren", "portaalinzendingen", "portaal", "portaalscripts")
"""The tables of the portal, those that refer before what they refer to."""
EMPTIED: tuple[str, ...] = (
    *(table for table in PORTAL if table != "portaal"),
    *("inzendingstukken", "inzendingen", "wachtende_retouren", "prestaties", "berichten", "factuurnummers"),
    "facturen_bij_servicebureau",
    *("machtigingen", "polispakketten", "polissen", "dekkingen", "pakketten", "contracttarieven", "contracten"),
    *("zorgaanbieders", "prestatiecodes", "tarieven", "combinatieregels", "codelijsten", "retourcodes", "uzovi"),
)
"""The tables that hold what was loaded, declared or submitted, in the same order."""
_NOTHING_KEPT = "UPDATE portaal SET aantal = 0, omvang = 0, gedrag = NULL, script = NULL"
_ALL_ELSE = "UPDATE stand SET geladen = revisie"


def empty(connection: Connection) -> None:
    """Empties the store. What ids were given stays: they are never given again."""
    connection.execute(_NOTHING_KEPT)
    for table in EMPTIED:
        connection.execute(f"DELETE FROM {table}")
    connection.execute(_ALL_ELSE)

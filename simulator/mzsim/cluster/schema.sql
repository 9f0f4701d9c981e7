-- What a cluster keeps that is its own, beside the queue of procrastinate; `mzsim cluster init` carries this out, as often as
-- one likes: what is there stays. A table that gets another column says so in a line of its own, with IF NOT EXISTS. Whoever
-- changes this raises VERSION in schema.py, and the program asks for it.

-- One row: the form of these tables, the newest migration of procrastinate that was carried out, and the program and rules that
-- the cluster runs on. `onderhouden` is when it was last looked after.
CREATE TABLE IF NOT EXISTS cluster (
    id integer PRIMARY KEY CHECK (id = 1),
    versie integer NOT NULL,
    wachtrij text NOT NULL,
    programma text NOT NULL,
    regels text NOT NULL,
    onderhouden timestamptz NOT NULL DEFAULT '-infinity'
);

-- The workers that are at work, each a process: on which computer, of which program, and what they take; and how far a worker
-- is with a declaration that takes long.
CREATE TABLE IF NOT EXISTS werkers (
    id bigint PRIMARY KEY REFERENCES procrastinate_workers (id) ON DELETE CASCADE,
    computer text NOT NULL,
    proces integer NOT NULL,
    programma text NOT NULL,
    regels text NOT NULL,
    wachtrijen text[] NOT NULL,
    begonnen timestamptz NOT NULL DEFAULT now(),
    winkel text,
    inzending bigint,
    deel double precision
);

-- The stores, by name, each in a schema of its own. `token` is the SHA-256 of its token, empty where it has none. One is open
-- unless it is `gearchiveerd`; with `half` it never was, or is no more, and what there is of its schema is to be dropped.
CREATE TABLE IF NOT EXISTS winkels (
    naam text PRIMARY KEY,
    schema text NOT NULL UNIQUE,
    token text NOT NULL DEFAULT '',
    ongemaskerd boolean NOT NULL DEFAULT false,
    gemaakt timestamptz NOT NULL DEFAULT now(),
    gearchiveerd timestamptz,
    half boolean NOT NULL DEFAULT false
);

-- The stores as they are now. `dicht` is whether somebody is making, moving or dropping one: he holds a lock by its name, so that it
-- is open again when he is gone, however he went.
CREATE OR REPLACE VIEW winkels_nu AS
SELECT naam, schema, token, ongemaskerd, gemaakt, gearchiveerd, half, EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = 301303 AND objid = (hashtext(naam)::bigint & 4294967295)::oid AND objsubid = 2
) AS dicht FROM winkels;

-- By what the turn of a job is reckoned, and by which a job is found that another of its store holds up.
CREATE INDEX IF NOT EXISTS mzsim_beurt ON procrastinate_jobs (queue_name, priority DESC) WHERE status = 'todo';
CREATE INDEX IF NOT EXISTS mzsim_slot ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');

-- What waits for an answer in the stores that are open: how many declarations, and since when the first, in microseconds since
-- 1970. A store that somebody is making or taking away is passed over.
CREATE OR REPLACE FUNCTION wachtend() RETURNS TABLE (winkel text, aantal bigint, oudste bigint)
LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    een record;
BEGIN
    FOR een IN
        SELECT w.naam, w.schema FROM winkels_nu w
        WHERE w.gearchiveerd IS NULL AND NOT w.dicht AND to_regclass(format('%I.portaalinzendingen', w.schema)) IS NOT NULL
        ORDER BY w.naam
    LOOP
        BEGIN
            RETURN QUERY EXECUTE format(
                'SELECT %L::text, count(*), min(ontvangen) FROM %I.portaalinzendingen WHERE beantwoord IS NULL'
                ' HAVING count(*) > 0',
                een.naam, een.schema
            );
        EXCEPTION WHEN lock_not_available OR undefined_table OR undefined_column THEN
        END;
    END LOOP;
END;
$$;

-- A worker is no more: what it was at waits again, with `aan` added to what is told of it. Where a job of the same store waits
-- already, that takes its place. Gives how many.
CREATE OR REPLACE FUNCTION geef_terug(_werker bigint, aan jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    een record;
    aantal bigint := 0;
BEGIN
    FOR een IN
        SELECT * FROM procrastinate_jobs
        WHERE status = 'doing' AND worker_id IS NOT DISTINCT FROM _werker
        FOR UPDATE SKIP LOCKED
    LOOP
        aantal := aantal + 1;
        UPDATE procrastinate_jobs SET attempts = een.attempts + 1, args = args - 'viel' || aan
        WHERE status = 'todo' AND queueing_lock = een.queueing_lock;
        IF FOUND THEN
            DELETE FROM procrastinate_jobs WHERE id = een.id;
        ELSE
            UPDATE procrastinate_jobs SET args = args - 'viel' || aan WHERE id = een.id;
            PERFORM procrastinate_retry_job_v2(een.id, NULL, NULL, NULL, NULL);
        END IF;
        PERFORM pg_notify(
            'procrastinate_queue_v1#' || een.queue_name, json_build_object('type', 'job_inserted', 'job_id', een.id)::text
        );
    END LOOP;
    DELETE FROM procrastinate_workers WHERE id = _werker;
    RETURN aantal;
END;
$$;

-- The runs of suites that are being played, each given by a client that says each so often that it still waits (`gezien`).
-- Nothing of a run stays when it is over.
CREATE TABLE IF NOT EXISTS runs (
    id uuid PRIMARY KEY,
    suite text NOT NULL,
    gevallen integer NOT NULL,
    ongemaskerd boolean NOT NULL,
    volledig boolean NOT NULL,
    begonnen timestamptz NOT NULL DEFAULT now(),
    gezien timestamptz NOT NULL DEFAULT now()
);

-- Cases with their files, by the SHA-256 of what holds them: it is packed, so that packing it again would be for nothing.
CREATE TABLE IF NOT EXISTS archieven (
    sha256 bytea PRIMARY KEY,
    inhoud bytea NOT NULL
);
ALTER TABLE archieven ALTER COLUMN inhoud SET STORAGE EXTERNAL;

-- The parts in which a run is played: an archive, and the numbers in the run of the cases in it. `speler` is who plays it, `aan`
-- the case with which that began, and `gedood` how many who began with it did not come further. `duur`, in seconds of CPU
-- time, stands there when every case was played.
CREATE TABLE IF NOT EXISTS brokken (
    run uuid NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    brok integer NOT NULL,
    archief bytea NOT NULL REFERENCES archieven (sha256),
    nummers integer[] NOT NULL,
    speler uuid,
    aan integer,
    gedood integer NOT NULL DEFAULT 0,
    duur double precision,
    PRIMARY KEY (run, brok)
) WITH (fillfactor = 50);
CREATE INDEX IF NOT EXISTS brokken_archief ON brokken (archief);

-- What came of a case, as JSON; NULL where a worker can't tell, and who gave the run plays it.
CREATE TABLE IF NOT EXISTS uitslagen (
    run uuid NOT NULL,
    brok integer NOT NULL,
    nummer integer NOT NULL,
    uitslag bytea,
    PRIMARY KEY (run, nummer)
);
CREATE INDEX IF NOT EXISTS uitslagen_brok ON uitslagen (run, brok);

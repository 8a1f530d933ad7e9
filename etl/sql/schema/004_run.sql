-- One row per published run. `clock` is the "now" that the run was given; everything relative to today uses it.
CREATE TABLE run (
    run_id      VARCHAR PRIMARY KEY,
    snapshot    VARCHAR NOT NULL,
    clock       TIMESTAMP NOT NULL,
    started     TIMESTAMP NOT NULL,
    finished    TIMESTAMP,
    tagger      VARCHAR NOT NULL,
    documents   INTEGER NOT NULL DEFAULT 0,
    pieces      INTEGER NOT NULL DEFAULT 0
);

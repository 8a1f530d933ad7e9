-- Counts per run, source, level and disposition (contract 3). They sum to what the run took in.
CREATE TABLE ledger (
    run_id      VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    level       VARCHAR NOT NULL,             -- 'document' or 'piece'
    disposition VARCHAR NOT NULL,
    n           INTEGER NOT NULL
);

-- How each fetched source ended in each published run; runs that published nothing are in data/runs.jsonl alone.
CREATE TABLE source_run (
    run_id      VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL,             -- ok, unchanged, part or failed
    reason      VARCHAR,                      -- one word, as in the log; NULL where nothing went wrong
    detail      VARCHAR,
    documents   INTEGER NOT NULL
);

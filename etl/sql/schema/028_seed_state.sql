-- What this snapshot was made with, as digests: a run that finds the same, and no new story, has nothing to publish.
CREATE TABLE seed_state (
    name        VARCHAR PRIMARY KEY,          -- 'reference' (sources, events, measurements), 'schema' (the SQL), 'desk' (decisions)
    digest      VARCHAR NOT NULL
);

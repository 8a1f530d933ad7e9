-- What each source remembers from one run to the next: version marks of its answers, how far a window was taken. It lies in the
-- snapshot, so that it goes back with a rollback.
CREATE TABLE fetch_state (
    source_id   VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    value       VARCHAR NOT NULL,
    PRIMARY KEY (source_id, name)
);

-- What a source's data spans (reason NULL) and where it has holes (reason in plain words: STATISTICS 13).
CREATE TABLE source_coverage (
    source_id   VARCHAR NOT NULL,
    from_day    DATE NOT NULL,
    to_day      DATE,                         -- NULL: still coming
    reason      VARCHAR
);

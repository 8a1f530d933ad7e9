-- Days from which a feed may have dropped entries before it was asked again: when it was, it held none of those that we have.
CREATE TABLE source_gap (
    source_id   VARCHAR NOT NULL,
    from_day    DATE NOT NULL,
    to_day      DATE NOT NULL,
    run_id      VARCHAR NOT NULL              -- the run that found it
);

-- Checks that had found something when a snapshot was published all the same, because somebody said that it is right.
CREATE TABLE despite (
    run_id      VARCHAR NOT NULL,
    check_name  VARCHAR NOT NULL,
    why         VARCHAR NOT NULL,
    who         VARCHAR NOT NULL,
    "at"        TIMESTAMP NOT NULL,           -- UTC, by the wall clock
    PRIMARY KEY (run_id, check_name)
);

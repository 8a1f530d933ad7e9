-- How many stories a source has of each day on which it published; every story counts, copies and letters too.
CREATE TABLE source_day (
    source_no   INTEGER NOT NULL,
    day         DATE NOT NULL,
    stories     INTEGER NOT NULL
);

-- Dates worth a mark on a time axis.
CREATE TABLE event (
    id          VARCHAR PRIMARY KEY,
    day         DATE NOT NULL,
    label       VARCHAR NOT NULL,
    url         VARCHAR,
    by_default  BOOLEAN NOT NULL
);

CREATE TABLE organization (
    organization_no INTEGER PRIMARY KEY,
    id          VARCHAR NOT NULL UNIQUE,
    name        VARCHAR NOT NULL,
    type        VARCHAR,
    country     VARCHAR,
    parent_id   VARCHAR,
    known       BOOLEAN NOT NULL
);

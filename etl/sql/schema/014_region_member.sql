-- Closed: a country stands under each group that holds it, at any depth.
CREATE TABLE region_member (
    code        VARCHAR NOT NULL,
    group_code  VARCHAR NOT NULL
);

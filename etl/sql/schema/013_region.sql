CREATE TABLE region (
    region_no   INTEGER PRIMARY KEY,
    code        VARCHAR NOT NULL UNIQUE,      -- ISO 3166-1 alpha-2, or a group of CODEBOOK
    name        VARCHAR NOT NULL,
    alpha3      VARCHAR,
    kind        VARCHAR NOT NULL              -- 'country' or 'group'
);

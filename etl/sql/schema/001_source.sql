-- Who publishes. `source_no` is dense and never reused; `id` is what seeds, links and the ledger say.
CREATE TABLE source (
    source_no   INTEGER PRIMARY KEY,
    id          VARCHAR NOT NULL UNIQUE,
    name        VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    home        VARCHAR,
    country     VARCHAR,                      -- ISO 3166-1 alpha-2 of the publisher
    language    VARCHAR NOT NULL DEFAULT 'en',
    rhythm      VARCHAR NOT NULL,             -- 'issue', 'day' or 'month': the unit of source_expected
    sampled     VARCHAR,                      -- "random 30 a month": named in the denominator line
    display     VARCHAR NOT NULL DEFAULT 'excerpt',
    required    BOOLEAN NOT NULL DEFAULT false,
    ours        BOOLEAN NOT NULL DEFAULT false,
    enabled     BOOLEAN NOT NULL DEFAULT true
);

-- What a source published: a newsletter issue, a feed entry. `content_hash` covers everything that was split from it.
CREATE TABLE document (
    document_id  VARCHAR PRIMARY KEY,
    source_no    INTEGER NOT NULL,
    input        VARCHAR NOT NULL,            -- the reader that took it: an issue held from one is not taken from another
    address      VARCHAR,
    day          DATE NOT NULL,
    issue_number INTEGER,
    content_hash VARCHAR NOT NULL,
    disposition  VARCHAR NOT NULL,
    first_run    VARCHAR NOT NULL,
    last_run     VARCHAR NOT NULL
);

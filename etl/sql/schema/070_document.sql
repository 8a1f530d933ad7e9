-- Documents without an index: one costs memory for each row that is stored, in every run, and no query asks by it. A check finds one that came twice.
CREATE TABLE document_plain (
    document_id  VARCHAR NOT NULL,
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
INSERT INTO document_plain FROM document;
DROP TABLE document;
ALTER TABLE document_plain RENAME TO document;

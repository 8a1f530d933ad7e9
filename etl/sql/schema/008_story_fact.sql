-- One row a story. `story_no` is dense and keys every fact; the text ids are in view `story`.
CREATE TABLE story_fact (
    story_no     INTEGER PRIMARY KEY,
    story_id     VARCHAR NOT NULL UNIQUE,     -- 16 hex digits, fixed at first sight
    external_id  VARCHAR,
    source_no    INTEGER NOT NULL,
    document_id  VARCHAR NOT NULL,
    title        VARCHAR NOT NULL,
    body         VARCHAR NOT NULL,
    url          VARCHAR,
    published    TIMESTAMP NOT NULL,          -- UTC
    day          DATE NOT NULL,
    date_from    VARCHAR NOT NULL,
    cluster_no   INTEGER NOT NULL,            -- story_no of the founding story
    is_lead      BOOLEAN NOT NULL,
    text_kind    VARCHAR NOT NULL,
    form         VARCHAR NOT NULL,
    language     VARCHAR NOT NULL,
    section      VARCHAR,
    parts        STRUCT(label VARCHAR, heading VARCHAR, text VARCHAR)[] NOT NULL,
    captions     VARCHAR[] NOT NULL,
    content_hash VARCHAR NOT NULL,
    tagger       VARCHAR NOT NULL,
    first_run    VARCHAR NOT NULL,
    last_run     VARCHAR NOT NULL
);

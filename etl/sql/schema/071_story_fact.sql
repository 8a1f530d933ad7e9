-- Stories without indexes: each costs memory for every row that is stored, in every run, and no query asks by it. Checks find what came twice.
CREATE TABLE story_plain (
    story_no     INTEGER NOT NULL,
    story_id     VARCHAR NOT NULL,            -- 16 hex digits, fixed at first sight
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
    last_run     VARCHAR NOT NULL,
    topics       HUGEINT,                     -- the tags as one number each: see 065_place_set
    places       UBIGINT,
    roles        UTINYINT
);
INSERT INTO story_plain FROM story_fact;
DROP TABLE story_fact;
ALTER TABLE story_plain RENAME TO story_fact;

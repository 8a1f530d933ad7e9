CREATE TABLE topic (
    topic_no    INTEGER PRIMARY KEY,
    id          VARCHAR NOT NULL UNIQUE,
    name        VARCHAR NOT NULL,
    short       VARCHAR NOT NULL,             -- at most 18 characters
    area        VARCHAR NOT NULL,             -- technology, application or society
    definition  VARCHAR NOT NULL,
    was         VARCHAR[] NOT NULL,           -- former ids: old links follow them
    style_no    INTEGER NOT NULL UNIQUE       -- hue and dash for ever: never reused (theme.py)
);

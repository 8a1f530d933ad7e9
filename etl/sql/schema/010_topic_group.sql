-- Desks and other groups of topics: any of several topics, a story counted once.
CREATE TABLE topic_group (
    id          VARCHAR PRIMARY KEY,
    name        VARCHAR NOT NULL,
    short       VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,             -- 'desk' or 'group'
    position    INTEGER NOT NULL
);

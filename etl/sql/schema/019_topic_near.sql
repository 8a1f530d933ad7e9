-- Topics that fell short, for "why not": at most three a story.
CREATE TABLE topic_near (
    story_no    INTEGER NOT NULL,
    topic_no    INTEGER NOT NULL,
    score       FLOAT NOT NULL,
    threshold   FLOAT NOT NULL,
    vetoed      BOOLEAN NOT NULL
);

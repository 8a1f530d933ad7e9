-- The stories that postings are held of, with the number of their words.
CREATE TABLE posting_story (
    story_no    INTEGER NOT NULL,
    words       INTEGER NOT NULL
);

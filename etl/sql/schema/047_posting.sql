-- Which story has which word, sorted by word where many came at once: a word's stories lie together.
CREATE TABLE posting (
    term_no     INTEGER NOT NULL,
    story_no    INTEGER NOT NULL,
    frequency   INTEGER NOT NULL,             -- in title and text
    in_title    BOOLEAN NOT NULL
);
-- The stories that postings are held of, with the number of their words.
CREATE TABLE posting_story (
    story_no    INTEGER NOT NULL,
    words       INTEGER NOT NULL
);

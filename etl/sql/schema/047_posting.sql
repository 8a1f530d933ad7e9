-- Which story has which word, sorted by word where many came at once: a word's stories lie together.
CREATE TABLE posting (
    term_no     INTEGER NOT NULL,
    story_no    INTEGER NOT NULL,
    frequency   INTEGER NOT NULL,             -- in title and text
    in_title    BOOLEAN NOT NULL
);

-- In which stories the two words of a pair follow each other, in title or text: what a search for both in quotes finds.
CREATE TABLE pair_story (
    pair_no     INTEGER NOT NULL,
    story_no    INTEGER NOT NULL
);
-- Stories that have postings lack their pairs: the next run makes both.
DELETE FROM posting_made;

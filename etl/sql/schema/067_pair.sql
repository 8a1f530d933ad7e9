-- Two words that follow each other and are looked at as one, such as 'vibe coding': those that at least three stories tell in their title or
-- more than once. A pair keeps its number as long as it is told so.
CREATE TABLE pair (
    pair_no     INTEGER NOT NULL,
    first_no    INTEGER NOT NULL,             -- of table term
    second_no   INTEGER NOT NULL
);
-- By which a word pair comes into table pair: the stories that tell it in their title or more than once.
CREATE TABLE pair_told (
    first_no    INTEGER NOT NULL,
    second_no   INTEGER NOT NULL,
    story_no    INTEGER NOT NULL
);
-- In which stories the two words of a pair follow each other, in title or text: what a search for both in quotes finds.
CREATE TABLE pair_story (
    pair_no     INTEGER NOT NULL,
    story_no    INTEGER NOT NULL
);
-- Stories that have postings lack their pairs: the next run makes both.
DELETE FROM posting_made;

-- Two words that follow each other and are looked at as one, such as 'vibe coding': those that at least three stories tell in their title or
-- more than once. A pair keeps its number as long as it is told so.
CREATE TABLE pair (
    pair_no     INTEGER NOT NULL,
    first_no    INTEGER NOT NULL,             -- of table term
    second_no   INTEGER NOT NULL
);

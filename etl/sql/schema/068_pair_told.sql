-- By which a word pair comes into table pair: the stories that tell it in their title or more than once.
CREATE TABLE pair_told (
    first_no    INTEGER NOT NULL,
    second_no   INTEGER NOT NULL,
    story_no    INTEGER NOT NULL
);

-- The pairs that a batch of stories tells in titles or more than once.
INSERT INTO pair_told SELECT first_no, second_no, story_no FROM read_parquet($piece) WHERE told;

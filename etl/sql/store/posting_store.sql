-- One part of what was gathered, each word's stories together.
INSERT INTO posting FROM read_parquet($pieces) WHERE term_no BETWEEN $first AND $last ORDER BY term_no, story_no;

INSERT INTO line_fact FROM read_parquet($pieces) ORDER BY line_no, story_no;

-- The first and last numbers of parts of so many stories, and how many each has.
SELECT min(story_no) AS first, max(story_no) AS last, count(*) AS stories
FROM read_parquet(getvariable('given_rows'), file_row_number = true) GROUP BY file_row_number // $batch ORDER BY first;

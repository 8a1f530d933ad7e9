-- The files that hold the tags of some stories.
SELECT given_file FROM given_file
WHERE file_no IN (SELECT place >> 40 FROM read_parquet(getvariable('given_rows')) WHERE story_no BETWEEN $first AND $last)
ORDER BY file_no;

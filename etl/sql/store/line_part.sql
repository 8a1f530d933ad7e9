-- One part of the stories in view mart_work on the lines above $after up to $up_to, into a file.
COPY (
    SELECT line_no, story_no FROM line_tagged($after, $up_to, (SELECT list(story_no) FROM mart_work WHERE story_no BETWEEN $first AND $last))
) TO $piece (FORMAT parquet);

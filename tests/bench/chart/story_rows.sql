-- What a denominator is told by: one row a story.
COPY (
    SELECT story_no, source_no, day, published, cluster_no, is_lead, form, language FROM story_fact ORDER BY story_no
) TO '{folder}/story.parquet' (FORMAT parquet);
-- Which story is on which topic's line: the other kinds of lines are left to this program, though it holds them beside these.
COPY (
    SELECT line_no, story_no FROM line_fact JOIN line_key USING (line_no) WHERE kind = 'topic' ORDER BY line_no, story_no
) TO '{folder}/line.parquet' (FORMAT parquet);
COPY (SELECT line_no, key FROM line_key WHERE kind = 'topic') TO '{folder}/key.parquet' (FORMAT parquet);
COPY (SELECT source_no, id FROM source) TO '{folder}/source.parquet' (FORMAT parquet);

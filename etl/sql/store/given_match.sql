-- The stories that wait for tags and stand in tagged pieces word for word, into a file, each with the place of the row that has its tags; of rows
-- that say the same, one is as good as another. A place is the number of a file in given_file and that of a row in it. The empty rows
-- stand for a column that no story has.
COPY (
WITH waiting AS (
    SELECT story_no, tagger <> '' AS retold, md5_number(title || chr(0) || body) AS words FROM story_fact
    WHERE tagger <> $tagger AND tagged_language(language)
),
piece AS (
    SELECT NULL::VARCHAR AS title, NULL::VARCHAR AS text, '' AS tagger, '' AS given_file, 0::BIGINT AS file_row_number WHERE false
    UNION ALL BY NAME
    FROM read_parquet($files, filename = 'given_file', file_row_number = true, union_by_name = true, hive_partitioning = false)
),
tagged AS (
    SELECT md5_number(coalesce(p.title, '') || chr(0) || coalesce(p.text, '')) AS words,
        min((f.file_no << 40) + p.file_row_number) AS place
    FROM piece AS p JOIN given_file AS f USING (given_file) WHERE p.tagger = $tagger GROUP BY words
)
SELECT w.story_no, w.retold, t.place FROM waiting AS w JOIN tagged AS t USING (words) ORDER BY w.story_no
) TO $given (FORMAT parquet);

-- The words of the stories at these places, into a file.
COPY (
    WITH text AS (
        SELECT s.story_no, s.title, s.body FROM story_fact AS s JOIN posting_changed AS c USING (story_no)
        WHERE c.place >= $first AND c.place < $last
    ),
    word AS (
        SELECT story_no, left(unnest(search_tokens(title)), 64) AS term, true AS in_title FROM text
        UNION ALL
        SELECT story_no, left(unnest(search_tokens(body)), 64), false FROM text
    )
    SELECT story_no, term, CAST(count(*) AS INTEGER) AS frequency, bool_or(in_title) AS in_title FROM word GROUP BY story_no, term
) TO $words (FORMAT parquet);

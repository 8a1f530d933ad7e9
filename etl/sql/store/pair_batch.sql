-- The pairs of words that follow each other in the stories at these places, into a file; `told`: in the title, or more than once.
COPY (
    WITH text AS (
        SELECT s.story_no, s.title, s.body FROM story_fact AS s JOIN pair_work AS w USING (story_no) WHERE w.place >= $first AND w.place < $last
    ),
    side AS (
        SELECT story_no, search_words(title) AS words, true AS in_title FROM text
        UNION ALL
        SELECT story_no, search_words(body), false FROM text
    ),
    following AS (
        SELECT story_no, in_title, unnest(list_zip(words[:-2], words[2:])) AS words FROM side
    )
    SELECT a.term_no AS first_no, b.term_no AS second_no, f.story_no, bool_or(f.in_title) OR count(*) > 1 AS told
    FROM following AS f JOIN pair_word AS a ON a.term = f.words[1] JOIN pair_word AS b ON b.term = f.words[2]
    GROUP BY a.term_no, b.term_no, f.story_no
    ORDER BY f.story_no, a.term_no, b.term_no
) TO $piece (FORMAT parquet);

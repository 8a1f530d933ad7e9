-- The batch by number, into a piece in which a word's stories lie together.
COPY (
    SELECT t.term_no, w.story_no, w.frequency, w.in_title FROM read_parquet($words) AS w JOIN term AS t USING (term)
    ORDER BY t.term_no, w.story_no
) TO $piece (FORMAT parquet);

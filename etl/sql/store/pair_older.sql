-- The stories that did not change and have both words of a pair that is numbered after $last: they may have it too.
CREATE OR REPLACE TEMP TABLE pair_work AS
SELECT story_no, row_number() OVER (ORDER BY story_no) - 1 AS place
FROM (
    SELECT DISTINCT a.story_no
    FROM pair AS p
    JOIN (SELECT o.term_no, o.story_no FROM posting AS o ANTI JOIN posting_changed USING (story_no)) AS a ON a.term_no = p.first_no
    JOIN posting AS b ON b.term_no = p.second_no AND b.story_no = a.story_no
    WHERE p.pair_no > $last
);

-- The counted stories that a change of a topic can give it to or take it from, and no other can. They are
--  · those that may hold a phrase that comes or goes: each of its runs of letters stands in one of their words. pieces[i] is a run of
--    phrase phrase_nos[i]; words are kept up to 64 characters, so that one so long may hold anything. every: any story may.
--  · where the threshold rises to `new`, those given the topic with less; where it falls, near misses that reach it, and those with three
--    nearer misses, which may hide one that does. Below half of `old` nothing is kept of misses, so that it may be any.
-- Left out are those whose topic people decided, now or before, and those that other lists tagged (`alike`).
WITH base AS MATERIALIZED (
    SELECT story_no FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
piece AS MATERIALIZED (
    SELECT DISTINCT phrase_no, piece
    FROM (SELECT unnest(CAST($phrase_nos AS INTEGER[])) AS phrase_no, unnest(CAST($pieces AS VARCHAR[])) AS piece)
),
word AS MATERIALIZED (
    SELECT p.phrase_no, p.piece, t.term_no FROM piece AS p JOIN term AS t ON contains(t.term, p.piece) OR length(t.term) >= 64
),
size AS (SELECT phrase_no, count(*) AS pieces FROM piece GROUP BY phrase_no),
holding AS (
    SELECT h.story_no
    FROM (SELECT DISTINCT w.phrase_no, w.piece, p.story_no FROM posting AS p JOIN word AS w USING (term_no)) AS h
    JOIN size AS z USING (phrase_no)
    GROUP BY h.phrase_no, h.story_no HAVING count(*) = any_value(z.pieces)
),
given AS MATERIALIZED (
    SELECT f.story_no, f.score FROM topic_fact AS f JOIN topic AS t USING (topic_no) WHERE t.id = $topic
),
near AS MATERIALIZED (
    SELECT n.story_no, max(CASE WHEN t.id = $topic THEN n.score END) AS score, count(*) AS misses, min(n.score / n.threshold) AS least
    FROM topic_near AS n JOIN topic AS t USING (topic_no) GROUP BY n.story_no
),
possible AS (
    SELECT story_no FROM holding
    UNION SELECT story_no FROM base WHERE $every
    UNION SELECT story_no FROM given WHERE $new > $old AND score <= $new + 0.0002
    UNION SELECT story_no FROM near WHERE $new < $old AND score >= $new - 0.0002
    UNION SELECT story_no FROM near WHERE $new < $old AND score IS NULL AND misses >= 3 AND least >= $new / $old - 0.002
    UNION SELECT story_no FROM base WHERE $new < $old * 0.502
),
decided AS (
    SELECT story_no FROM decision WHERE kind = 'topic' AND tag_id = $topic
    UNION SELECT story_no FROM story_fact WHERE list_contains($decided, story_id)
)
SELECT b.story_no, g.story_no IS NOT NULL AS given, d.story_no IS NOT NULL AS decided, s.tagger = $tagger AS alike,
       hash(b.story_no) % 1000000 AS lot
FROM base AS b SEMI JOIN possible USING (story_no)
JOIN story_fact AS s USING (story_no)
LEFT JOIN given AS g USING (story_no)
LEFT JOIN decided AS d USING (story_no)
ORDER BY b.story_no

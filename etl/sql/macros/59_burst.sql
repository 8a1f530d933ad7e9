-- What emerges and what fades: a scan over topics, organizations, regions, words and pairs of words (STATISTICS 8, 10, 22). Compared are
-- the periods `recent` with those `before` (first days), over sources with counted stories in both; the rest as in coverage.
-- in_role: 'focus' or 'named', when a story counts for an organization. Keys are those of story_line, 'phrase:word' for words and 'phrase:"two words"' for those that follow each other.
-- Looked at are series with at least `at_least` stories in all; which these are says nothing of when their stories came. Words are those
-- with a letter, of two letters or more, in at most a tenth of all stories, and no name of a month or day, which come and go by the calendar.
-- Pairs are those of table pair, without such names too.
-- p: would so many of a series' stories be recent if it had changed in no source? Given each source's stories and hits, as in Cochran's
-- and Mantel and Haenszel's test, but with the tail of a binomial distribution of the same mean instead of a normal one, because words are
-- rare: it is never too small (Hoeffding 1956, Annals of Mathematical Statistics 27:713, for sums of unlike trials). Two-sided.
-- Where the likely range holds 0, p is 1: such a series is looked at, and can only make the others less clear.
-- adjusted: p corrected by Benjamini–Hochberg for `looked_at` series. k, n, low, high, near_end, established, same_way, by_source, by_issue
-- and by_cluster as in movers. same_as: a clearer series of which most of the same stories are (Jaccard's index at least 0.6);
-- a pair says more than a word of its own, and is taken to be as clear.
-- newest: the numbers of its three newest stories. Rows: the clear ones, at most 40 in each direction; with none one row without a key, so that looked_at is told all the same.
CREATE OR REPLACE MACRO burst(recent, before, at_least, in_role, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                              about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT b.story_no, b.source_no, b.document_id, b.day, list_contains(recent, period_start(b.day, at_grain)) AS late
    FROM base_story(in_sources, greatest(from_day, list_min(before)), least(to_day, period_end(list_max(recent), at_grain)),
                    with_letters, in_unit, about_any, about_all, about_none) AS b
    WHERE list_contains(recent, period_start(b.day, at_grain)) OR list_contains(before, period_start(b.day, at_grain))
),
size AS MATERIALIZED (
    SELECT source_no, count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2 FROM base
    GROUP BY source_no HAVING bool_or(late) AND bool_or(NOT late)
),
counted AS MATERIALIZED (SELECT * FROM base SEMI JOIN size USING (source_no)),
calendar AS (
    SELECT DISTINCT unnest([lower(monthname(d)), lower(dayname(d)), lower(strftime(d, '%b')), lower(strftime(d, '%a'))]) AS term
    FROM (SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 5 DAY)) AS DATE) AS d)
),
word AS MATERIALIZED (
    SELECT term_no, term FROM term
    WHERE stories >= at_least AND stories <= (SELECT count(*) FROM posting_story) / 10 AND regexp_matches(term, '\p{L}') AND length(term) > 1
      AND term NOT IN (FROM calendar)
),
phrase AS MATERIALIZED (
    SELECT p.pair_no, p.first_no, p.second_no, a.term || ' ' || b.term AS told
    FROM pair AS p JOIN term AS a ON a.term_no = p.first_no JOIN term AS b ON b.term_no = p.second_no
    WHERE a.term NOT IN (FROM calendar) AND b.term NOT IN (FROM calendar)
),
-- Too many to be kept: those of the few clear series are looked up again.
hit AS NOT MATERIALIZED (
    SELECT 1 AS kind, f.topic_no AS no, c.story_no, c.source_no, c.late FROM topic_fact AS f JOIN counted AS c USING (story_no)
    UNION ALL
    SELECT DISTINCT 2, f.organization_no, c.story_no, c.source_no, c.late FROM organization_fact AS f JOIN counted AS c USING (story_no)
    WHERE f.role = 'focus' OR (in_role = 'named' AND f.role = 'mention')
    UNION ALL
    SELECT DISTINCT 3, m.region_no, c.story_no, c.source_no, c.late
    FROM region_fact AS f JOIN counted AS c USING (story_no)
    JOIN (SELECT r.region_no AS of_no, g.region_no FROM region AS r JOIN region_member AS x ON x.code = r.code JOIN region AS g ON g.code = x.group_code
          UNION SELECT region_no, region_no FROM region) AS m ON m.of_no = f.region_no
    UNION ALL
    SELECT 4, p.term_no, c.story_no, c.source_no, c.late FROM posting AS p JOIN counted AS c USING (story_no) SEMI JOIN word AS w USING (term_no)
    UNION ALL
    SELECT 5, p.pair_no, c.story_no, c.source_no, c.late FROM pair_story AS p JOIN counted AS c USING (story_no) SEMI JOIN phrase AS w USING (pair_no)
),
held AS MATERIALIZED (
    SELECT kind, no, source_no, count(*) FILTER (NOT late) AS k_1, count(*) FILTER (late) AS k_2 FROM hit GROUP BY ALL
),
total AS (SELECT CAST(sum(n_1) AS BIGINT) AS n_1, CAST(sum(n_2) AS BIGINT) AS n_2, count(*) AS sources FROM size),
pooled AS (
    SELECT h.kind, h.no, CAST(sum(h.k_1) AS BIGINT) AS k_1, CAST(sum(h.k_2) AS BIGINT) AS k_2,
           sum((h.k_1 + h.k_2) * (z.n_2 / (z.n_1 + z.n_2))) AS expected,
           count(*) FILTER (h.k_2 / z.n_2 > h.k_1 / z.n_1) AS up, count(*) FILTER (h.k_2 / z.n_2 < h.k_1 / z.n_1) AS down
    FROM held AS h JOIN size AS z USING (source_no) GROUP BY h.kind, h.no HAVING sum(h.k_1 + h.k_2) >= at_least
),
ranged AS (
    SELECT p.*, t.n_1, t.n_2, t.sources, p.k_2 / t.n_2 - p.k_1 / t.n_1 AS difference,
           newcombe_low(p.k_1, t.n_1, p.k_2, t.n_2) AS low, newcombe_high(p.k_1, t.n_1, p.k_2, t.n_2) AS high
    FROM pooled AS p CROSS JOIN total AS t
),
judged AS (
    SELECT p.*, greatest(p.low, -p.high) AS near_end,
           least(1.0, 2 * CASE WHEN p.low <= 0 AND p.high >= 0 THEN 1.0
                               WHEN p.k_2 >= p.expected THEN binomial_at_least(p.k_2, p.k_1 + p.k_2, p.expected / (p.k_1 + p.k_2))
                               ELSE binomial_at_most(p.k_2, p.k_1 + p.k_2, p.expected / (p.k_1 + p.k_2)) END) AS p
    FROM ranged AS p
),
ranked AS (
    SELECT *, count(*) OVER () AS looked_at, count(*) OVER (ORDER BY p RANGE UNBOUNDED PRECEDING) AS place FROM judged
),
corrected AS (
    SELECT *, min(least(1.0, p * looked_at / place)) OVER (ORDER BY p DESC RANGE UNBOUNDED PRECEDING) AS adjusted FROM ranked
),
clear AS MATERIALIZED (
    SELECT * FROM corrected WHERE adjusted <= 0.05 AND near_end > 0 AND (k_2 - expected) * difference > 0
    QUALIFY row_number() OVER (PARTITION BY difference > 0 ORDER BY near_end DESC, kind, no) <= 40
),
hinging AS MATERIALIZED (
    SELECT h.* FROM hit AS h SEMI JOIN clear AS c USING (kind, no) WHERE h.kind < 4
    UNION ALL
    SELECT 4, p.term_no, c.story_no, c.source_no, c.late
    FROM posting AS p JOIN counted AS c USING (story_no) WHERE p.term_no IN (SELECT w.no FROM clear AS w WHERE w.kind = 4)
    UNION ALL
    SELECT 5, p.pair_no, c.story_no, c.source_no, c.late
    FROM pair_story AS p JOIN counted AS c USING (story_no) WHERE p.pair_no IN (SELECT w.no FROM clear AS w WHERE w.kind = 5)
),
-- A piece that could make a change: a source, an issue of several stories (by one of them), an event told several times.
piece AS MATERIALIZED (
    SELECT 'issue' AS what, c.story_no, c.late, i.id
    FROM counted AS c JOIN (SELECT document_id, min(story_no) AS id FROM counted GROUP BY document_id HAVING count(*) > 1) AS i USING (document_id)
    UNION ALL
    SELECT 'cluster', c.story_no, c.late, s.cluster_no FROM counted AS c JOIN story_fact AS s USING (story_no)
    WHERE in_unit <> 'story' AND s.cluster_no IN (SELECT o.cluster_no FROM story_fact AS o WHERE NOT o.is_lead)
),
piece_hit AS (
    SELECT 'source' AS what, source_no AS id, kind, no, k_1, k_2 FROM held SEMI JOIN clear USING (kind, no)
    UNION ALL
    SELECT p.what, p.id, h.kind, h.no, count(*) FILTER (NOT p.late), count(*) FILTER (p.late)
    FROM hinging AS h JOIN piece AS p USING (story_no) GROUP BY ALL
),
piece_size AS (
    SELECT 'source' AS what, source_no AS id, n_1, n_2 FROM size
    UNION ALL SELECT what, id, count(*) FILTER (NOT late), count(*) FILTER (late) FROM piece GROUP BY ALL
),
-- Most pieces are as small as many others: what would be left without one is told once for all alike.
hinge AS (
    SELECT c.kind, c.no, p.what, p.id, abs(p.k_2 / c.n_2 - p.k_1 / c.n_1) AS pull,
           newcombe_low(c.k_1 - p.k_1, c.n_1 - p.n_1, c.k_2 - p.k_2, c.n_2 - p.n_2) AS low,
           newcombe_high(c.k_1 - p.k_1, c.n_1 - p.n_1, c.k_2 - p.k_2, c.n_2 - p.n_2) AS high
    FROM clear AS c
    JOIN (SELECT h.kind, h.no, h.what, h.k_1, h.k_2, z.n_1, z.n_2, min(h.id) AS id FROM piece_hit AS h JOIN piece_size AS z USING (what, id) GROUP BY ALL)
      AS p USING (kind, no)
),
hinged AS (
    SELECT kind, no, max_by(id, pull) FILTER (what = 'source') AS source_no, max_by(id, pull) FILTER (what = 'issue') AS by_issue,
           max_by(id, pull) FILTER (what = 'cluster') AS by_cluster
    FROM hinge WHERE coalesce(low <= 0 AND high >= 0, true) GROUP BY kind, no
),
named AS (
    SELECT c.*, CASE c.kind WHEN 1 THEN 'topic:' || t.id WHEN 2 THEN CASE in_role WHEN 'named' THEN 'named:' ELSE 'organization:' END || o.id
                            WHEN 3 THEN 'region:' || r.code WHEN 4 THEN 'phrase:' || w.term ELSE 'phrase:"' || f.told || '"' END AS key
    FROM clear AS c LEFT JOIN topic AS t ON c.kind = 1 AND t.topic_no = c.no LEFT JOIN organization AS o ON c.kind = 2 AND o.organization_no = c.no
    LEFT JOIN region AS r ON c.kind = 3 AND r.region_no = c.no LEFT JOIN word AS w ON c.kind = 4 AND w.term_no = c.no
    LEFT JOIN phrase AS f ON c.kind = 5 AND f.pair_no = c.no
),
-- A pair of which most stories of one of its words are is as clear as that word.
pair_end AS (
    SELECT f.pair_no, max(w.near_end) AS near_end
    FROM clear AS p JOIN phrase AS f ON p.kind = 5 AND f.pair_no = p.no JOIN clear AS w ON w.kind = 4 AND w.no IN (f.first_no, f.second_no)
    WHERE CASE WHEN p.difference > 0 THEN w.difference > 0 AND p.k_2 >= 0.6 * w.k_2 ELSE w.difference < 0 AND p.k_1 >= 0.6 * w.k_1 END
    GROUP BY f.pair_no
),
-- The clearest has the first place; a story is early or late, so series that share one move the same way.
placed AS MATERIALIZED (
    SELECT n.kind, n.no, n.key, n.difference > 0 AS rising,
           row_number() OVER (ORDER BY greatest(n.near_end, e.near_end) DESC, n.kind = 4, n.key DESC) AS place
    FROM named AS n LEFT JOIN pair_end AS e ON n.kind = 5 AND e.pair_no = n.no
),
telling AS MATERIALIZED (
    SELECT p.place, h.story_no FROM placed AS p JOIN hinging AS h USING (kind, no) WHERE h.late = p.rising
),
told AS (SELECT place, count(*) AS k FROM telling GROUP BY place),
newest AS (
    SELECT kind, no, max_by(story_no, (c.day, -story_no), 3) AS stories FROM hinging AS h JOIN counted AS c USING (story_no) GROUP BY kind, no
),
alike AS (
    SELECT a.key, min_by(b.key, m.other) AS same_as
    FROM (SELECT a.place, b.place AS other, count(*) AS k FROM telling AS a JOIN telling AS b ON b.story_no = a.story_no AND b.place < a.place
          GROUP BY ALL) AS m
    JOIN told AS x ON x.place = m.place JOIN told AS y ON y.place = m.other
    JOIN placed AS a ON a.place = m.place JOIN placed AS b ON b.place = m.other
    WHERE m.k / (x.k + y.k - m.k) >= 0.6 GROUP BY a.key
)
SELECT n.key, n.k_1, t.n_1, n.k_2, t.n_2, n.difference, n.low, n.high, n.near_end, n.p, n.adjusted,
       coalesce((SELECT max(looked_at) FROM corrected), 0) AS looked_at, t.sources,
       CASE WHEN n.difference > 0 THEN n.up ELSE n.down END AS same_way, src.id AS by_source, d.document_id AS by_issue,
       CAST(h.by_cluster AS VARCHAR) AS by_cluster, a.same_as, w.stories AS newest
FROM total AS t LEFT JOIN named AS n ON true LEFT JOIN hinged AS h USING (kind, no) LEFT JOIN newest AS w USING (kind, no)
LEFT JOIN source AS src ON src.source_no = h.source_no LEFT JOIN story_fact AS d ON d.story_no = h.by_issue LEFT JOIN alike AS a ON a.key = n.key;

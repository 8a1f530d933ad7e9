-- Organizations that no seed lists and that more stories name in the newest `days` days than in as many before, by the near end of the
-- change's likely range (STATISTICS 8, 10); named by at least `least` stories lately. story_no: the newest that is about it, else names it.
CREATE OR REPLACE MACRO queue_rising(days, least, at_most) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, day, day > (SELECT max(day) FROM story_fact) - days AS lately
    FROM base_story(NULL, (SELECT max(day) FROM story_fact) - 2 * days + 1, NULL, false, 'story', NULL, NULL, NULL)
),
total AS (SELECT count(*) FILTER (NOT lately) AS n_1, count(*) FILTER (lately) AS n_2 FROM base),
named AS (
    SELECT f.organization_no, count(*) FILTER (NOT b.lately) AS k_1, count(*) FILTER (b.lately) AS k_2,
           arg_max(f.story_no, (b.lately, f.role = 'focus', b.day, f.story_no)) AS story_no
    FROM organization_fact AS f JOIN base AS b USING (story_no) JOIN organization AS o USING (organization_no)
    WHERE NOT o.known AND organization_counts(f.role, 'named') GROUP BY f.organization_no
),
placed AS (
    SELECT d.*, t.n_1, t.n_2, newcombe_low(d.k_1, t.n_1, d.k_2, t.n_2) AS low, newcombe_high(d.k_1, t.n_1, d.k_2, t.n_2) AS high,
           count(*) OVER () AS found,
           row_number() OVER (ORDER BY newcombe_low(d.k_1, t.n_1, d.k_2, t.n_2) DESC NULLS LAST, d.k_2 DESC, d.organization_no) AS place
    FROM named AS d, total AS t WHERE d.k_2 >= least AND (d.k_1 = 0 OR d.k_2 * t.n_1 > d.k_1 * t.n_2)
)
SELECT p.place, p.story_no, [o.id] AS tags, o.name, p.k_1, p.n_1, p.k_2, p.n_2, p.low, p.high, p.found
FROM placed AS p JOIN organization AS o USING (organization_no) WHERE p.place <= at_most;

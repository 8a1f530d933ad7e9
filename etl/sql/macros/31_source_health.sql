-- Health of each source from rows, in its own rhythm (STATISTICS 12, 19), on the day at_day. `state` is the first that holds of:
--   off      it is switched off
--   gap      the coverage says why nothing comes; `reason` is in words
--   none     it never sent a story
--   silent   its last story is longer ago than 3 times the median gap between its publishing days
--   shrunk   its last whole period (week, for monthly sources month) holds so few stories that 97.5 % of Poisson draws around the mean
--            of the 12 periods before hold more; swollen: so many that 97.5 % hold fewer
--   ok       none of these
-- Where fewer than two publishing days are held, the gap is what the rhythm says, 7 days for an irregular source. A monthly source publishes months: the days of a
-- sample say nothing. Periods of a declared gap, and weeks in which the rhythm expects nothing and nothing came, are left out.
-- `due_day` is the first day on which something was due since the last story, else the next on which something will be; `overdue`
-- counts the days that are past.
CREATE OR REPLACE MACRO source_health(at_day) AS TABLE
WITH today AS (
    SELECT CAST(at_day AS DATE) AS day
),
published AS (
    SELECT DISTINCT s.source_no, CASE src.rhythm WHEN 'month' THEN CAST(date_trunc('month', s.day) AS DATE) ELSE s.day END AS day
    FROM source_day AS s JOIN source AS src USING (source_no) CROSS JOIN today AS t WHERE s.day <= t.day
),
gap AS (
    SELECT source_no, median(gap) AS gap FROM (
        SELECT source_no, day - lag(day) OVER (PARTITION BY source_no ORDER BY day) AS gap FROM published)
    GROUP BY source_no
),
held AS (
    SELECT s.source_no, CAST(sum(s.stories) AS BIGINT) AS stories, max(s.day) FILTER (s.day <= t.day) AS last_story,
           CAST(date_trunc('week', min(s.day)) AS DATE) AS first_week, CAST(date_trunc('month', min(s.day)) AS DATE) AS first_month
    FROM source_day AS s CROSS JOIN today AS t GROUP BY s.source_no
),
grain AS (
    SELECT src.source_no, src.id, CASE src.rhythm WHEN 'month' THEN 'month' ELSE 'week' END AS grain,
           CASE src.rhythm WHEN 'month' THEN h.first_month ELSE h.first_week END AS first,
           (SELECT count(*) > 0 FROM source_expected AS e WHERE e.source_no = src.source_no) AS has_rhythm
    FROM source AS src JOIN held AS h USING (source_no)
),
-- The whole periods of the last 3 years at most: 13 of them are wanted, and many may be left out.
period AS (
    SELECT source_no, id, grain, has_rhythm, CAST(unnest(CASE grain
               WHEN 'month' THEN generate_series(greatest(first, CAST(date_trunc('month', t.day) AS DATE) - INTERVAL 36 MONTH),
                                                 date_trunc('month', t.day) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)
               ELSE generate_series(greatest(first, CAST(date_trunc('week', t.day) AS DATE) - INTERVAL 1092 DAY),
                                    date_trunc('week', t.day) - INTERVAL 7 DAY, INTERVAL 7 DAY) END) AS DATE) AS period
    FROM grain CROSS JOIN today AS t
),
amount AS (
    SELECT s.source_no, CAST(date_trunc(g.grain, s.day) AS DATE) AS period, CAST(sum(s.stories) AS BIGINT) AS n
    FROM source_day AS s JOIN grain AS g USING (source_no) GROUP BY ALL
),
due_in AS (
    SELECT e.source_no, CAST(date_trunc(g.grain, e.day) AS DATE) AS period, count(*) AS expected
    FROM source_expected AS e JOIN grain AS g USING (source_no) GROUP BY ALL
),
counted AS (
    SELECT p.source_no, p.period, coalesce(a.n, 0) AS n,
           row_number() OVER (PARTITION BY p.source_no ORDER BY p.period DESC) AS place
    FROM period AS p
    LEFT JOIN amount AS a USING (source_no, period)
    LEFT JOIN due_in AS d USING (source_no, period)
    WHERE (coalesce(a.n, 0) > 0 OR NOT p.has_rhythm OR d.expected > 0)
      AND NOT EXISTS (SELECT 1 FROM source_coverage AS c WHERE c.source_id = p.id AND c.reason IS NOT NULL
                      AND p.period >= date_trunc(p.grain, c.from_day) AND (c.to_day IS NULL OR p.period <= c.to_day))
),
size AS (
    SELECT source_no, max(n) FILTER (place = 1) AS period_stories, max(period) AS period,
           CASE WHEN count(*) FILTER (place BETWEEN 2 AND 13) = 12 THEN avg(n) FILTER (place BETWEEN 2 AND 13) END AS usual
    FROM counted GROUP BY source_no
),
due AS (
    SELECT e.source_no, min(e.day) AS due_day, count(*) FILTER (e.day < t.day) AS overdue
    FROM source_expected AS e JOIN source AS src USING (source_no) LEFT JOIN held AS h USING (source_no) CROSS JOIN today AS t
    WHERE h.last_story IS NULL OR e.day > h.last_story GROUP BY e.source_no
),
recent AS (
    SELECT t.day - 91 AS after_day, t.day AS last_day FROM today AS t
),
came AS (
    SELECT s.source_no, count(DISTINCT CASE src.rhythm WHEN 'month' THEN date_trunc('month', s.day) ELSE s.day END) AS came
    FROM source_day AS s JOIN source AS src USING (source_no) CROSS JOIN recent AS r
    WHERE s.day > r.after_day AND s.day <= r.last_day GROUP BY s.source_no
),
expected AS (
    SELECT e.source_no, count(*) AS expected FROM source_expected AS e CROSS JOIN recent AS r
    WHERE e.day > r.after_day AND e.day <= r.last_day GROUP BY e.source_no
),
facts AS (
    SELECT src.source_no, src.id, src.name, src.rhythm, src.enabled, src.required, coalesce(h.stories, 0) AS stories, h.last_story,
           t.day - h.last_story AS days_since,
           coalesce(g.gap, CASE src.rhythm WHEN 'day' THEN 1 WHEN 'month' THEN 31 ELSE 7 END) AS gap_days,
           coalesce(x.expected, 0) AS expected, coalesce(k.came, 0) AS came, d.due_day, coalesce(d.overdue, 0) AS overdue,
           z.period, z.period_stories, z.usual,
           (SELECT any_value(c.reason ORDER BY c.from_day) FROM source_coverage AS c
            WHERE c.source_id = src.id AND c.reason IS NOT NULL
              AND t.day BETWEEN c.from_day AND coalesce(c.to_day, t.day)) AS reason
    FROM source AS src CROSS JOIN today AS t
    LEFT JOIN held AS h USING (source_no) LEFT JOIN gap AS g USING (source_no) LEFT JOIN size AS z USING (source_no)
    LEFT JOIN due AS d USING (source_no) LEFT JOIN came AS k USING (source_no) LEFT JOIN expected AS x USING (source_no)
)
SELECT *, CASE WHEN NOT enabled THEN 'off'
               WHEN reason IS NOT NULL THEN 'gap'
               WHEN last_story IS NULL THEN 'none'
               WHEN days_since > 3 * gap_days THEN 'silent'
               WHEN poisson_cdf(period_stories, usual) < 0.025 THEN 'shrunk'
               WHEN 1 - poisson_cdf(period_stories - 1, usual) < 0.025 THEN 'swollen'
               ELSE 'ok' END AS state
FROM facts;

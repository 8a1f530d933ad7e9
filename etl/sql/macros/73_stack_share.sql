-- Stories shared out among the lines of one kind (STATISTICS 4): a story on m lines of the kind counts 1/m on each, so that a period sums
-- to its stories. `of_keys` are keys of view story_line of that kind ('topic', 'desk', 'organization' or 'named'). Two more rows take what
-- is left (STATISTICS 5): 'other', all other lines of the kind, and 'none', stories on no line of it. m counts every line of the kind and
-- not only those chosen, so that choosing one more changes no other (STATISTICS 3, 6).
-- k: whole stories on the line; part: the sum of their fractions; share = part / n. The likely range is Wilson's with part of n: each story
-- weighs 1, so the effective number (sum of weights)^2 / sum of squared weights over stories is n itself (STATISTICS 7).
-- Where the kind is made of topics, stories of a period whose topics are alike are counted at once; else story by story.
CREATE OR REPLACE MACRO stack_share(of_keys, of_kind, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                    about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, topics, period_start(day, at_grain) AS period
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
alike AS MATERIALIZED (SELECT topics, period, count(*) AS n FROM base GROUP BY topics, period),
of_topics AS MATERIALIZED (
    SELECT key, bits, list_contains(of_keys, key) AS chosen
    FROM topic_bits((SELECT list(key) FROM line_key WHERE starts_with(key, of_kind || ':') AND kind IN ('topic', 'group')))
),
mix AS (
    SELECT a.topics, count(*) AS m, count(*) FILTER (o.chosen) AS chosen
    FROM (SELECT DISTINCT topics FROM alike) AS a JOIN of_topics AS o ON a.topics & o.bits <> 0 GROUP BY a.topics
),
shared AS MATERIALIZED (
    SELECT NULL AS story_no, a.topics, a.period, x.m, x.chosen, a.n FROM alike AS a JOIN mix AS x USING (topics)
    UNION ALL
    SELECT b.story_no, NULL, b.period, count(*), count(*) FILTER (list_contains(of_keys, l.key)), 1
    FROM base AS b JOIN story_line AS l USING (story_no)
    WHERE of_kind IN ('organization', 'named') AND starts_with(l.key, of_kind || ':') GROUP BY b.story_no, b.period
),
total AS (SELECT period, CAST(sum(n) AS BIGINT) AS n FROM alike GROUP BY period),
held AS (
    SELECT period, CAST(sum(n) AS BIGINT) AS stories, CAST(coalesce(sum(n) FILTER (m > chosen), 0) AS BIGINT) AS k, sum(n * ((m - chosen) / m)) AS part
    FROM shared GROUP BY period
),
hit AS (
    SELECT o.key, s.period, CAST(sum(s.n) AS BIGINT) AS k, sum(s.n / s.m) AS part
    FROM shared AS s JOIN of_topics AS o ON s.topics & o.bits <> 0 WHERE o.chosen GROUP BY o.key, s.period
    UNION ALL
    SELECT l.key, s.period, count(*), sum(1 / s.m)
    FROM shared AS s JOIN story_line AS l USING (story_no)
    WHERE of_kind IN ('organization', 'named') AND list_contains(of_keys, l.key) GROUP BY l.key, s.period
    UNION ALL
    SELECT 'other', period, k, part FROM held
    UNION ALL
    SELECT 'none', t.period, t.n - coalesce(h.stories, 0), t.n - coalesce(h.stories, 0) FROM total AS t LEFT JOIN held AS h USING (period)
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key UNION ALL VALUES ('other'), ('none'))
SELECT line.key, total.period, coalesce(hit.k, 0) AS k, coalesce(hit.part, 0) AS part, total.n,
       coalesce(hit.part, 0) / total.n AS share,
       wilson_low(coalesce(hit.part, 0), total.n) AS low, wilson_high(coalesce(hit.part, 0), total.n) AS high
FROM line CROSS JOIN total LEFT JOIN hit ON hit.key = line.key AND hit.period = total.period;
-- The stories behind 'other' or 'none' of it (STATISTICS 26).
CREATE OR REPLACE MACRO stack_rest_story(rest, of_keys, of_kind, at_grain, at_period, in_sources, from_day, to_day, with_letters, in_unit,
                                         about_any, about_all, about_none) AS TABLE
WITH held AS MATERIALIZED (
    SELECT l.story_no, bool_or(NOT list_contains(of_keys, l.key)) AS other
    FROM story_line AS l
    WHERE starts_with(l.key, of_kind || ':') AND l.key <> 'topic:untagged'
    GROUP BY l.story_no
)
SELECT b.story_no, b.source_no, b.day
FROM base_story(in_sources, greatest(CAST(from_day AS DATE), CAST(at_period AS DATE)), least(CAST(to_day AS DATE), period_end(CAST(at_period AS DATE), at_grain)),
                with_letters, in_unit, about_any, about_all, about_none) AS b
LEFT JOIN held AS h USING (story_no)
WHERE (at_period IS NULL OR period_start(b.day, at_grain) = at_period)
  AND CASE rest WHEN 'other' THEN coalesce(h.other, false) ELSE h.story_no IS NULL END;

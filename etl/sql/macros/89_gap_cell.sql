-- What the field covers and ours do not (STATISTICS 22, 23): stories on a line of of_rows and one of of_columns alike ('*': any), k_1 of n_1 stories
-- of our_sources against k_2 of n_2 of other_sources, in in_periods alone: first days of periods of at_grain that all compared share.
-- difference: the field's share less ours; low, high: Newcombe's interval (8); near_end: how far it stays above 0. state: 'judged' where at
-- least 5 stories are expected of either side if both covered alike, else 'few', 'blank' where nobody has a story.
-- p: hypergeometric mean and variance with continuity correction (Mantel and Haenszel 1959, one table); adjusted: corrected by
-- Benjamini-Hochberg for `looked_at`, the cells that are judged. sources: how many of the `of_sources` of the field have it, more: how many
-- have a greater share than ours; by_source: the one without which the interval of the rest would hold 0.
-- last_day: the newest day up to up_to on which ours had it, NULL for never; weeks: in how many later weeks ours published.
-- At most 63 lines: a story's lines are held as the bits of a number, and stories with the same lines are counted once.
CREATE OR REPLACE MACRO gap_cell(of_rows, of_columns, our_sources, other_sources, at_grain, in_periods, up_to) AS TABLE
WITH our AS MATERIALIZED (
    SELECT story_no, day, list_contains(in_periods, period_start(day, at_grain)) AS shared
    FROM base_story(our_sources, NULL, up_to, false, 'story', NULL, NULL, NULL)
),
other AS MATERIALIZED (
    SELECT story_no, source_no FROM base_story(other_sources, list_min(in_periods), up_to, false, 'story', NULL, NULL, NULL)
    WHERE list_contains(in_periods, period_start(day, at_grain))
),
line AS (
    SELECT key, row_number() OVER (ORDER BY key) - 1 AS place
    FROM (SELECT DISTINCT unnest(list_concat(of_rows, of_columns)) AS key) WHERE key <> '*'
),
drawn AS (
    SELECT k.line_no, k.kind, k.members, CAST(1 AS BIGINT) << CAST(line.place AS INTEGER) AS bit FROM line_key AS k JOIN line USING (key)
    WHERE list_contains(list_concat(of_rows, of_columns), k.key)
),
tag AS MATERIALIZED (
    SELECT kind = 'region' AS is_place, tag_no, bit_or(bit) AS bits
    FROM (SELECT kind, unnest(members) AS tag_no, bit FROM drawn WHERE kind IN ('topic', 'group', 'region')) GROUP BY ALL
),
ours AS (SELECT source_no FROM source WHERE list_contains(our_sources, id)),
tagged AS (
    SELECT f.story_no, t.bits FROM topic_fact AS f JOIN tag AS t ON t.tag_no = f.topic_no AND NOT t.is_place WHERE f.day BETWEEN list_min(in_periods) AND up_to
    UNION ALL
    SELECT f.story_no, t.bits FROM region_fact AS f JOIN tag AS t ON t.tag_no = f.region_no AND t.is_place WHERE f.day BETWEEN list_min(in_periods) AND up_to
    UNION ALL
    SELECT f.story_no, t.bits FROM topic_fact AS f SEMI JOIN ours USING (source_no) JOIN tag AS t ON t.tag_no = f.topic_no AND NOT t.is_place
    WHERE f.day < list_min(in_periods)
    UNION ALL
    SELECT f.story_no, t.bits FROM region_fact AS f SEMI JOIN ours USING (source_no) JOIN tag AS t ON t.tag_no = f.region_no AND t.is_place
    WHERE f.day < list_min(in_periods)
    UNION ALL
    SELECT f.story_no, d.bit FROM line_fact AS f JOIN drawn AS d USING (line_no) WHERE d.kind IN ('untagged', 'nowhere')
),
marked AS MATERIALIZED (
    SELECT g.story_no, bit_or(g.bits) AS bits
    FROM tagged AS g JOIN (SELECT story_no FROM our UNION ALL SELECT story_no FROM other) AS w USING (story_no) GROUP BY g.story_no
),
cell AS (
    SELECT a.key AS key_a, c.key AS key_b,
           (CAST(1 AS BIGINT) << CAST(a.place AS INTEGER)) | coalesce(CAST(1 AS BIGINT) << CAST(b.place AS INTEGER), 0) AS both
    FROM line AS a CROSS JOIN (SELECT unnest(list_distinct(of_columns)) AS key) AS c LEFT JOIN line AS b ON b.key = c.key
    WHERE list_contains(of_rows, a.key)
),
our_alike AS (
    SELECT m.bits, count(*) FILTER (o.shared) AS k, max(o.day) AS last_day FROM our AS o JOIN marked AS m USING (story_no) GROUP BY m.bits
),
other_alike AS (SELECT o.source_no, m.bits, count(*) AS k FROM other AS o JOIN marked AS m USING (story_no) GROUP BY ALL),
our_hit AS (
    SELECT c.key_a, c.key_b, CAST(sum(a.k) AS BIGINT) AS k, max(a.last_day) AS last_day
    FROM cell AS c JOIN our_alike AS a ON a.bits & c.both = c.both GROUP BY ALL
),
size AS MATERIALIZED (SELECT source_no, count(*) AS n FROM other GROUP BY source_no),
total AS (SELECT (SELECT count(*) FROM our WHERE shared) AS n_1, CAST(sum(n) AS BIGINT) AS n_2, count(*) AS of_sources FROM size),
other_hit AS MATERIALIZED (
    SELECT c.key_a, c.key_b, a.source_no, CAST(sum(a.k) AS BIGINT) AS k
    FROM cell AS c JOIN other_alike AS a ON a.bits & c.both = c.both GROUP BY ALL
),
counted AS (
    SELECT c.key_a, c.key_b, coalesce(any_value(h.k), 0) AS k_1, t.n_1, coalesce(CAST(sum(o.k) AS BIGINT), 0) AS k_2, t.n_2, t.of_sources,
           count(o.source_no) AS sources, count(*) FILTER (o.k / z.n > coalesce(h.k, 0) / t.n_1) AS more, any_value(h.last_day) AS last_day
    FROM cell AS c CROSS JOIN total AS t
    LEFT JOIN our_hit AS h ON h.key_a = c.key_a AND h.key_b = c.key_b
    LEFT JOIN other_hit AS o ON o.key_a = c.key_a AND o.key_b = c.key_b LEFT JOIN size AS z ON z.source_no = o.source_no
    WHERE t.n_1 > 0 AND t.n_2 > 0 GROUP BY c.key_a, c.key_b, t.n_1, t.n_2, t.of_sources
),
judged AS (
    SELECT *, k_2 / n_2 - k_1 / n_1 AS difference, newcombe_low(k_1, n_1, k_2, n_2) AS low, newcombe_high(k_1, n_1, k_2, n_2) AS high,
           n_1 / (n_1 + n_2) * (k_1 + k_2) AS expected,
           n_1 / (n_1 + n_2) * (n_2 / (n_1 + n_2)) * (k_1 + k_2) * ((n_1 + n_2 - k_1 - k_2) / (n_1 + n_2 - 1)) AS variance,
           CASE WHEN k_1 + k_2 = 0 THEN 'blank' WHEN least(n_1, n_2) / (n_1 + n_2) * (k_1 + k_2) >= 5 THEN 'judged' ELSE 'few' END AS state
    FROM counted
),
tested AS (
    SELECT *, greatest(low, -high) AS near_end,
           CASE WHEN variance > 0 THEN least(1.0, two_sided(greatest(abs(k_1 - expected) - 0.5, 0.0) / sqrt(variance))) ELSE 1.0 END AS p
    FROM judged
),
ranked AS (
    SELECT *, count(*) FILTER (state = 'judged') OVER () AS looked_at,
           count(*) FILTER (state = 'judged') OVER (ORDER BY p RANGE UNBOUNDED PRECEDING) AS place
    FROM tested
),
hinged AS (
    SELECT r.key_a, r.key_b, max_by(o.source_no, (o.k, o.source_no)) AS source_no
    FROM ranked AS r JOIN other_hit AS o USING (key_a, key_b) JOIN size AS z USING (source_no)
    WHERE r.near_end > 0 AND r.of_sources > 1
      AND coalesce(newcombe_low(r.k_1, r.n_1, r.k_2 - o.k, r.n_2 - z.n) <= 0 AND newcombe_high(r.k_1, r.n_1, r.k_2 - o.k, r.n_2 - z.n) >= 0, true)
    GROUP BY ALL
),
week AS (
    SELECT DISTINCT date_trunc('week', d.day) AS week FROM source_day AS d JOIN source AS src USING (source_no)
    WHERE list_contains(our_sources, src.id) AND d.day <= up_to
)
SELECT r.key_a, r.key_b, r.k_1, r.n_1, r.k_2, r.n_2, r.expected, r.difference, r.low, r.high, r.near_end, r.state, r.p,
       CASE WHEN r.state = 'judged' THEN min(least(1.0, r.p * r.looked_at / r.place)) OVER (PARTITION BY r.state ORDER BY r.p DESC RANGE UNBOUNDED PRECEDING) END AS adjusted,
       r.looked_at, r.sources, r.of_sources, r.more, src.id AS by_source, r.last_day,
       (SELECT count(*) FROM week AS w WHERE w.week > date_trunc('week', r.last_day)) AS weeks
FROM ranked AS r LEFT JOIN hinged AS h USING (key_a, key_b) LEFT JOIN source AS src ON src.source_no = h.source_no;
-- How topics are covered by ours and by the field in shared periods, the mixes' parts and what each adds to how far apart they are: the
-- Jensen-Shannon divergence (Lin 1991, IEEE Trans. Inf. Theory 37:145) of the two mixes is the sum of `apart`, 0 for the same mix to 1 for
-- nothing in common. A story with k topics counts 1/k in each part (STATISTICS 4); k_1, k_2 are plain counts, whose difference (the
-- field's share less ours) has its interval. Stories without a topic are one of the parts (5). Arguments as in gap_cell.
CREATE OR REPLACE MACRO gap_topic(our_sources, other_sources, at_grain, in_periods, up_to) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, source_no, true AS ours FROM base_story(our_sources, list_min(in_periods), up_to, false, 'story', NULL, NULL, NULL)
    WHERE list_contains(in_periods, period_start(day, at_grain))
    UNION ALL
    SELECT story_no, source_no, false FROM base_story(other_sources, list_min(in_periods), up_to, false, 'story', NULL, NULL, NULL)
    WHERE list_contains(in_periods, period_start(day, at_grain))
),
fact AS MATERIALIZED (
    SELECT b.story_no, b.source_no, b.ours, f.topic_no FROM base AS b JOIN topic_fact AS f USING (story_no)
),
size AS (SELECT story_no, count(*) AS topics FROM fact GROUP BY story_no),
by_source AS (
    SELECT f.source_no, f.ours, f.topic_no, count(*) AS k, sum(1.0 / z.topics) AS part FROM fact AS f JOIN size AS z USING (story_no) GROUP BY ALL
),
by_topic AS (
    SELECT 'topic:' || t.id AS key, source_no, ours, k, part FROM by_source JOIN topic AS t USING (topic_no)
    UNION ALL
    SELECT 'topic:untagged', b.source_no, b.ours, count(*), count(*) FROM base AS b ANTI JOIN size USING (story_no) GROUP BY ALL
),
total AS (
    SELECT count(*) FILTER (ours) AS n_1, count(*) FILTER (NOT ours) AS n_2, count(DISTINCT source_no) FILTER (NOT ours) AS of_sources FROM base
),
summed AS (
    SELECT key, coalesce(CAST(sum(k) FILTER (ours) AS BIGINT), 0) AS k_1, coalesce(CAST(sum(k) FILTER (NOT ours) AS BIGINT), 0) AS k_2,
           coalesce(sum(part) FILTER (ours), 0) AS part_1, coalesce(sum(part) FILTER (NOT ours), 0) AS part_2,
           count(*) FILTER (NOT ours) AS sources
    FROM by_topic GROUP BY key
),
shared_out AS (SELECT s.*, t.*, s.part_1 / t.n_1 AS p, s.part_2 / t.n_2 AS q FROM summed AS s CROSS JOIN total AS t WHERE t.n_1 > 0 AND t.n_2 > 0)
SELECT key, k_1, n_1, k_2, n_2, p AS part_1, q AS part_2, k_1 / n_1 AS share_1, k_2 / n_2 AS share_2, k_2 / n_2 - k_1 / n_1 AS difference,
       newcombe_low(k_1, n_1, k_2, n_2) AS low, newcombe_high(k_1, n_1, k_2, n_2) AS high, sources, of_sources,
       (CASE WHEN p > 0 THEN p * log2(2 * p / (p + q)) ELSE 0 END + CASE WHEN q > 0 THEN q * log2(2 * q / (p + q)) ELSE 0 END) / 2 AS apart
FROM shared_out;
-- Events that at least at_least other sources told between from_day and up_to and ours did not, the newest first: `key` names the founding
-- story, title is that of the earliest of the others, k counts their stories, sources who told it (STATISTICS 22).
-- A story joins a cluster within 7 days of its lead, so that stories of a month before and after hold all of an event.
CREATE OR REPLACE MACRO gap_event(our_sources, other_sources, at_least, from_day, up_to) AS TABLE
WITH told AS MATERIALIZED (
    SELECT DISTINCT cluster_no FROM story_fact WHERE NOT is_lead AND day BETWEEN from_day - INTERVAL 30 DAY AND up_to + INTERVAL 30 DAY
),
asked AS MATERIALIZED (SELECT source_no, name, list_contains(our_sources, id) AS ours, list_contains(other_sources, id) AS other FROM source),
held AS MATERIALIZED (
    SELECT s.cluster_no, s.story_no, s.source_no, s.day, a.ours, a.other
    FROM story_fact AS s SEMI JOIN told USING (cluster_no) JOIN asked AS a USING (source_no)
    WHERE (a.ours OR a.other) AND s.day BETWEEN from_day - INTERVAL 30 DAY AND up_to + INTERVAL 30 DAY
      AND s.form NOT IN ('void', 'letter') AND tagged_language(s.language)
),
event AS (
    SELECT cluster_no, count(*) AS k, list_distinct(list(source_no)) AS source_nos, min(day) AS first_day, min_by(story_no, (day, story_no)) AS first_no
    FROM held GROUP BY cluster_no HAVING NOT bool_or(ours) AND len(source_nos) >= at_least AND min(day) BETWEEN from_day AND up_to
)
SELECT 'event:' || f.story_id AS key, s.title, e.first_day, e.k, len(e.source_nos) AS sources,
       (SELECT list(a.name ORDER BY a.name) FROM asked AS a WHERE list_contains(e.source_nos, a.source_no)) AS names
FROM event AS e JOIN story_fact AS f ON f.story_no = e.cluster_no JOIN story_fact AS s ON s.story_no = e.first_no
ORDER BY e.first_day DESC, e.cluster_no;
-- The stories behind a number of it (STATISTICS 26), one row a story: of these sources in these periods on all of these lines; for an event
-- (of_event its founding story) those sources' stories of it.
CREATE OR REPLACE MACRO gap_story(of_keys, of_event, in_sources, at_grain, in_periods, up_to) AS TABLE
SELECT b.story_no, b.source_no, b.day
FROM base_story(in_sources, list_min(in_periods), up_to, false, 'story', NULL, of_keys, NULL) AS b
WHERE of_event IS NULL AND list_contains(in_periods, period_start(b.day, at_grain))
UNION ALL
SELECT s.story_no, s.source_no, s.day
FROM story_fact AS s JOIN source AS src USING (source_no) JOIN story_fact AS f ON f.story_no = s.cluster_no
WHERE f.story_id = of_event AND list_contains(in_sources, src.id) AND s.form NOT IN ('void', 'letter') AND tagged_language(s.language);

-- Shannon's entropy of parts, in nats; parts need not sum to 1. [1, 1, 2] -> 1.0397. NULL where nothing is there.
CREATE OR REPLACE MACRO shannon(parts) AS
    -list_sum(list_transform(list_filter(parts, lambda part: part > 0), lambda part: part / list_sum(parts) * ln(part / list_sum(parts))));
-- The same corrected for what a small sample does not see (Miller 1955, "Note on the bias of information estimates"): plus (m - 1) / 2n,
-- m parts that are there, n observations. (STATISTICS 24)
CREATE OR REPLACE MACRO miller_madow(parts, n) AS shannon(parts) + (len(list_filter(parts, lambda part: part > 0)) - 1) / 2.0 / n;
-- What a source's last windows (source_window) hold of each topic, by day: a story with k topics counts 1/k in each (STATISTICS 4).
-- parts: the sum of these; squares: the sum of their squares, which tells how many observations they are worth.
CREATE OR REPLACE MACRO topic_part(of_source, size, many, at_clock) AS TABLE
WITH base AS MATERIALIZED (FROM window_story(of_source, size, many, at_clock)),
held AS MATERIALIZED (
    SELECT b.window_no, b.day, f.topic_no, count(*) OVER (PARTITION BY b.story_no) AS topics FROM base AS b JOIN topic_fact AS f USING (story_no)
)
SELECT window_no, day, topic_no, sum(1.0 / topics) AS parts, sum(1.0 / topics / topics) AS squares FROM held GROUP BY ALL;
-- The whole mix of each window as "like 19 evenly covered topics": `even` = exp of the corrected entropy, at most as many as there are
-- topics; evenness = the same entropy over its maximum, 0 to 1 (normalized, STATISTICS 24). n: stories, k: those with a topic, of which
-- the mix is; topics: how many topics come at all. worth: (sum of parts)^2 / sum of squares, the observations that the parts are worth,
-- for the bias of an entropy is half the sum of var(p) / p, and parts of 1/k make that var smaller.
CREATE OR REPLACE MACRO topic_mix(of_source, size, many, at_clock) AS TABLE
WITH shown AS MATERIALIZED (FROM source_window(of_source, size, many, at_clock)),
held AS MATERIALIZED (
    SELECT w.window_no, b.story_no, f.topic_no, count(f.topic_no) OVER (PARTITION BY b.story_no) AS topics
    FROM base_story([of_source], (SELECT min(first_day) FROM shown), NULL, false, 'story', NULL, NULL, NULL) AS b
    JOIN shown AS w ON b.day BETWEEN w.first_day AND w.last_day LEFT JOIN topic_fact AS f USING (story_no)
),
mix AS (
    SELECT window_no, list(parts ORDER BY topic_no) FILTER (topic_no IS NOT NULL) AS parts, pow(sum(parts), 2) / sum(squares) AS worth
    FROM (SELECT window_no, topic_no, sum(1.0 / nullif(topics, 0)) AS parts, sum(1.0 / nullif(topics, 0) / topics) AS squares FROM held GROUP BY ALL)
    GROUP BY window_no
),
total AS (
    SELECT window_no, count(DISTINCT story_no) AS n, count(DISTINCT story_no) FILTER (topics > 0) AS k FROM held GROUP BY window_no
),
most AS (SELECT count(*) AS topics FROM topic)
SELECT w.window_no, w.first_day, w.last_day, w.units, coalesce(total.k, 0) AS k, coalesce(total.n, 0) AS n, coalesce(len(mix.parts), 0) AS topics,
       mix.worth, most.topics AS of_topics, exp(least(miller_madow(mix.parts, mix.worth), ln(most.topics))) AS even,
       least(miller_madow(mix.parts, mix.worth) / ln(most.topics), 1.0) AS evenness
FROM shown AS w LEFT JOIN total USING (window_no) LEFT JOIN mix USING (window_no) CROSS JOIN most;

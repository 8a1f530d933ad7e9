-- The stories on a line of any kind, each once: on any of these keys, or found by what is looked for (search_match; empty lists where
-- nothing is). One key, or a search, holds each once already, so that nothing is held against each other.
CREATE OR REPLACE MACRO line_hit(of_keys, terms, items, clauses, term_stories, driver, phrase_items, phrase_streams, phrase_pattern) AS TABLE
WITH found AS MATERIALIZED (FROM search_match(terms, items, clauses, driver, phrase_items, phrase_streams, phrase_pattern))
SELECT l.story_no FROM story_line AS l WHERE len(of_keys) = 1 AND len(terms) = 0 AND list_contains(of_keys, l.key)
UNION ALL
SELECT f.story_no FROM found AS f WHERE len(of_keys) = 0
UNION ALL
SELECT story_no
FROM (SELECT l.story_no FROM story_line AS l WHERE list_contains(of_keys, l.key) UNION FROM found)
WHERE len(of_keys) > 1 OR len(of_keys) = 1 AND len(terms) > 0;
-- Where the change of a line's share between two periods comes from: Kitagawa's split (1955, JASA 50(272):1168, "Components of a difference
-- between two rates"), one row a source, whose parts sum over all rows to the whole difference (STATISTICS 18).
-- of_stories: the numbers of all stories on the line. first_period, second_period: the first days of the two periods. in_weigh 'sources': each source weighs
-- the same, as in coverage_weighed; else as many stories as it has. The others as in coverage.
-- Sources in both periods: each share within a source is weighed by the mean of its two weights (`within`), each change of weight by the
-- mean of its two shares against that of all (`mix`), so that a source at the common share adds nothing. Weights are of these sources.
-- `came`, `went`: what a source that has stories in one period alone moves there, against the share of those in both.
-- `kind`: inside a source the same split is made over text kind and tagger; what comes of their mix, or of those that stand in one
-- period alone, is no change of what is covered (20). A source that changed them altogether has no `within`.
-- k and n of each period are counts of stories. share_1, share_2, difference, low, high are the whole's, on each row alike: Newcombe's
-- interval (8), with the effective number of stories where sources weigh the same (7). No row where one of the periods is empty.
CREATE OR REPLACE MACRO where_from(of_stories, at_grain, first_period, second_period, in_weigh, in_sources, from_day, to_day, with_letters,
                                   in_unit, about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT b.story_no, b.source_no, s.text_kind, s.tagger, b.day BETWEEN second_period AND period_end(second_period, at_grain) AS late
    FROM base_story(in_sources, greatest(from_day, least(first_period, second_period)),
                    least(to_day, period_end(greatest(first_period, second_period), at_grain)),
                    with_letters, in_unit, about_any, about_all, about_none) AS b
    JOIN story_fact AS s USING (story_no)
    WHERE b.day BETWEEN first_period AND period_end(first_period, at_grain)
       OR b.day BETWEEN second_period AND period_end(second_period, at_grain)
),
hit AS (SELECT unnest(of_stories) AS story_no),
cell AS MATERIALIZED (
    SELECT b.source_no, b.text_kind, b.tagger,
           count(*) FILTER (NOT b.late) AS n_1, count(h.story_no) FILTER (NOT b.late) AS k_1,
           count(*) FILTER (b.late) AS n_2, count(h.story_no) FILTER (b.late) AS k_2
    FROM base AS b LEFT JOIN hit AS h USING (story_no) GROUP BY ALL
),
kept AS (
    SELECT *, n_1 / sum(n_1) OVER own AS u_1, n_2 / sum(n_2) OVER own AS u_2, k_1 / n_1 AS p_1, k_2 / n_2 AS p_2
    FROM cell WHERE n_1 > 0 AND n_2 > 0 WINDOW own AS (PARTITION BY source_no)
),
inside AS (
    SELECT source_no, sum((u_1 + u_2) / 2 * (p_2 - p_1)) AS within, sum((u_2 - u_1) * ((p_1 + p_2) / 2)) AS mixed,
           sum(u_1 * p_1) AS q_1, sum(u_2 * p_2) AS q_2
    FROM kept GROUP BY source_no
),
held AS (
    SELECT source_no, CAST(sum(n_1) AS BIGINT) AS n_1, CAST(sum(k_1) AS BIGINT) AS k_1, CAST(sum(n_2) AS BIGINT) AS n_2,
           CAST(sum(k_2) AS BIGINT) AS k_2
    FROM cell GROUP BY source_no
),
weighed AS (
    SELECT *, k_1 / nullif(n_1, 0) AS p_1, k_2 / nullif(n_2, 0) AS p_2, n_1 > 0 AND n_2 > 0 AS in_both,
           CASE WHEN in_weigh = 'sources' THEN least(n_1, 1) ELSE n_1 END AS w_1,
           CASE WHEN in_weigh = 'sources' THEN least(n_2, 1) ELSE n_2 END AS w_2
    FROM held
),
whole AS (
    SELECT sum(w_1) AS all_1, sum(w_2) AS all_2, sum(w_1) FILTER (in_both) AS both_1, sum(w_2) FILTER (in_both) AS both_2,
           sum(w_1 * p_1) / sum(w_1) AS share_1, sum(w_2 * p_2) / sum(w_2) AS share_2,
           coalesce(sum(w_1 * p_1) FILTER (in_both) / sum(w_1) FILTER (in_both), 0) AS common_1,
           coalesce(sum(w_2 * p_2) FILTER (in_both) / sum(w_2) FILTER (in_both), 0) AS common_2,
           pow(sum(w_1), 2) / sum(w_1 * w_1 / nullif(n_1, 0)) AS stories_1, pow(sum(w_2), 2) / sum(w_2 * w_2 / nullif(n_2, 0)) AS stories_2
    FROM weighed
),
parted AS (
    SELECT s.*, t.share_1, t.share_2, t.stories_1, t.stories_2,
           CASE WHEN s.in_both THEN (s.w_1 / t.both_1 + s.w_2 / t.both_2) / 2 ELSE 0 END AS mean_weight,
           CASE WHEN s.in_both THEN (s.w_2 / t.both_2 - s.w_1 / t.both_1) * ((s.p_1 + s.p_2) / 2 - (t.common_1 + t.common_2) / 2)
                ELSE 0 END AS mix,
           CASE WHEN s.n_1 = 0 THEN s.w_2 / t.all_2 * (s.p_2 - t.common_2) ELSE 0 END AS came,
           CASE WHEN s.n_2 = 0 THEN -(s.w_1 / t.all_1 * (s.p_1 - t.common_1)) ELSE 0 END AS went
    FROM weighed AS s CROSS JOIN whole AS t WHERE t.all_1 > 0 AND t.all_2 > 0
)
SELECT src.id AS source_id, p.k_1, p.n_1, p.k_2, p.n_2, p.mean_weight * coalesce(i.within, 0) AS within, p.mix, p.came, p.went,
       CASE WHEN NOT p.in_both THEN 0
            WHEN i.source_no IS NULL THEN p.mean_weight * (p.p_2 - p.p_1)
            ELSE p.mean_weight * (i.mixed + (p.p_2 - i.q_2) + (i.q_1 - p.p_1)) END AS kind,
       p.share_1, p.share_2, p.share_2 - p.share_1 AS difference,
       newcombe_low(p.share_1 * p.stories_1, p.stories_1, p.share_2 * p.stories_2, p.stories_2) AS low,
       newcombe_high(p.share_1 * p.stories_1, p.stories_1, p.share_2 * p.stories_2, p.stories_2) AS high
FROM parted AS p JOIN source AS src USING (source_no) LEFT JOIN inside AS i USING (source_no);
-- The events that two periods of a line tell in copies, those that move its share most first: how many counted stories of each period
-- are of the event (k), how often and by how many sources it is told in all (all that the snapshot holds), and by how much of a share it
-- moves the line (its k of the second by n, less its k of the first by n). Arguments as in where_from; sources weigh as they count.
CREATE OR REPLACE MACRO where_from_event(of_stories, at_grain, first_period, second_period, in_sources, from_day, to_day, with_letters,
                                         in_unit, about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT b.story_no, b.day BETWEEN second_period AND period_end(second_period, at_grain) AS late
    FROM base_story(in_sources, greatest(from_day, least(first_period, second_period)),
                    least(to_day, period_end(greatest(first_period, second_period), at_grain)),
                    with_letters, in_unit, about_any, about_all, about_none) AS b
    WHERE b.day BETWEEN first_period AND period_end(first_period, at_grain)
       OR b.day BETWEEN second_period AND period_end(second_period, at_grain)
),
size AS (SELECT count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2 FROM base),
told AS MATERIALIZED (
    SELECT cluster_no, count(*) AS told, count(DISTINCT source_no) AS sources FROM story_fact
    WHERE cluster_no IN (SELECT c.cluster_no FROM story_fact AS c WHERE NOT c.is_lead) GROUP BY cluster_no
)
SELECT s.cluster_no, any_value(founder.story_id) AS cluster_id, any_value(founder.title) AS title,
       count(*) FILTER (NOT b.late) AS k_1, count(*) FILTER (b.late) AS k_2, any_value(t.told) AS told, any_value(t.sources) AS sources,
       count(*) FILTER (b.late) / any_value(z.n_2) - count(*) FILTER (NOT b.late) / any_value(z.n_1) AS moves
FROM base AS b JOIN story_fact AS s USING (story_no) JOIN told AS t USING (cluster_no) JOIN story_fact AS founder ON founder.story_no = s.cluster_no
CROSS JOIN size AS z
WHERE b.story_no IN (SELECT unnest(of_stories))
GROUP BY s.cluster_no;

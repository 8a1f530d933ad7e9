-- How many of n stories a band asks for: at_least and at_most in percent, inclusive; NULL where it has no such end. Whole hundredths are
-- multiplied, so that 7 % of 100 is 7 and not 8. 10-20 % of 52 -> 6 to 10. Where no whole number lies in the band, the two next to it.
CREATE OR REPLACE MACRO band_least(n, at_least) AS (CAST(round(at_least * 100) AS BIGINT) * n + 9999) // 10000;
CREATE OR REPLACE MACRO band_most(n, at_most) AS (CAST(round(at_most * 100) AS BIGINT) * n) // 10000;
CREATE OR REPLACE MACRO asks_least(n, at_least, at_most) AS
    CASE WHEN band_least(n, at_least) > band_most(n, at_most) THEN band_most(n, at_most) ELSE band_least(n, at_least) END;
CREATE OR REPLACE MACRO asks_most(n, at_least, at_most) AS
    CASE WHEN band_least(n, at_least) > band_most(n, at_most) THEN band_least(n, at_least) ELSE band_most(n, at_most) END;
-- Where nothing was measured k is NULL, and so is the side.
CREATE OR REPLACE MACRO band_side(k, least, most) AS
    CASE WHEN k IS NOT NULL THEN CASE WHEN k < least THEN 'below' WHEN k > most THEN 'above' ELSE 'within' END END;
-- Why a verdict can't be given (STATISTICS 25): 'few' below 20 stories, 'tags' where the side is another by as few or as many stories as
-- there truly may be by the measured tag error, which flips nothing where it was not measured; else ''.
CREATE OR REPLACE MACRO band_doubt(k, n, truly_low, truly_high, least, most) AS
    CASE WHEN n < 20 THEN 'few'
         WHEN band_side(truly_low, least, most) <> band_side(k, least, most) OR band_side(truly_high, least, most) <> band_side(k, least, most)
         THEN 'tags' ELSE '' END;
CREATE OR REPLACE MACRO band_verdict(side, doubt) AS CASE doubt WHEN '' THEN side ELSE 'cannot tell' END;
-- Whether the likely range of the share, low to high, reaches across the band's edge.
CREATE OR REPLACE MACRO band_chance(side, low, high, at_least, at_most) AS
    coalesce(CASE side WHEN 'below' THEN high * 100 >= at_least WHEN 'above' THEN low * 100 <= at_most
                       ELSE coalesce(low * 100 < at_least, false) OR coalesce(high * 100 > at_most, false) END, false);
-- How many stories are truly on a line of which k are tagged, by what was measured of its tags (STATISTICS 21): k times the ratio of
-- reference to tagged stories, with the 95 % interval of that ratio for matched pairs (Nam and Blackwelder 2002, Statistics in Medicine
-- 21:689, Wald's in logarithms). NULL with fewer than 15 stories in the reference. Of none tagged up to so many may have been missed as
-- would all be missed 1 time in 20.
CREATE OR REPLACE MACRO truly_low(k, tp, fp, fn) AS CASE WHEN tp + fn >= 15 AND tp + fp > 0 THEN CAST(round(
    k * (tp + fn) / (tp + fp) * exp(-1.959963984540054 * sqrt((fp + fn) / (tp + fn) / (tp + fp)))) AS BIGINT) END;
CREATE OR REPLACE MACRO truly_high(k, n, tp, fp, fn) AS CASE WHEN tp + fn >= 15 AND tp + fp > 0 THEN least(n, CASE
    WHEN k > 0 THEN CAST(round(k * (tp + fn) / (tp + fp) * exp(1.959963984540054 * sqrt((fp + fn) / (tp + fn) / (tp + fp)))) AS BIGINT)
    WHEN tp = 0 THEN n WHEN fn = 0 THEN 0
    ELSE CAST(floor(ln(0.05) / ln(fn / (tp + fn))) AS BIGINT) END) END;
-- What was measured of the tags of these lines on a kind of text: of a topic, of a desk's or group's topics together, of a region (of all
-- together where its own are fewer than 15), of all organizations that stories are about for a type.
CREATE OR REPLACE MACRO line_quality(of_keys, of_kind) AS TABLE
WITH line AS (SELECT unnest(list_distinct(of_keys)) AS key),
wanted AS (
    SELECT key, 'topic' AS kind, substr(key, 7) AS tag_id FROM line WHERE key LIKE 'topic:%'
    UNION ALL
    SELECT line.key, 'topic', m.topic_id FROM line JOIN topic_group AS g ON line.key = g.kind || ':' || g.id JOIN topic_group_member AS m ON m.group_id = g.id
    UNION ALL
    SELECT key, 'organization_focus', '*' FROM line WHERE key LIKE 'type:%'
    UNION ALL
    SELECT line.key, 'region', CASE WHEN q.n >= 15 THEN q.tag_id ELSE '*' END
    FROM line LEFT JOIN tag_quality AS q ON q.kind = 'region' AND line.key = 'region:' || q.tag_id AND q.text_kind = of_kind WHERE line.key LIKE 'region:%'
)
SELECT w.key, CAST(sum(q.true_positive) AS BIGINT) AS tp, CAST(sum(q.false_positive) AS BIGINT) AS fp, CAST(sum(q.false_negative) AS BIGINT) AS fn
FROM wanted AS w JOIN tag_quality AS q USING (kind, tag_id) WHERE q.text_kind = of_kind GROUP BY w.key;
-- Targets against a source's last windows: the fact (k of n; the band asks least to most), side, and the verdict (STATISTICS 25): the
-- side, or 'cannot tell' with `because` saying why (band_doubt; truly there may be truly_low to truly_high stories). chance: see band_chance.
-- in_a_row: for how many windows, this one included, the verdict has been the same without a break. Lists of one length: names, keys,
-- ends of bands in percent (NULL: no such end).
CREATE OR REPLACE MACRO target_window(names, of_keys, leasts, mosts, of_source, size, many, at_clock) AS TABLE
WITH target AS (SELECT unnest(names) AS name, unnest(of_keys) AS key, unnest(leasts) AS at_least, unnest(mosts) AS at_most),
spoken AS (
    SELECT mode(s.text_kind) AS text_kind FROM story_fact AS s JOIN source AS src USING (source_no) WHERE src.id = of_source
),
quality AS (FROM line_quality(of_keys, (SELECT text_kind FROM spoken))),
counted AS (
    SELECT t.name, b.*, t.at_least, t.at_most, asks_least(b.n, t.at_least, t.at_most) AS least, asks_most(b.n, t.at_least, t.at_most) AS most,
           truly_low(b.k, q.tp, q.fp, q.fn) AS truly_low, truly_high(b.k, b.n, q.tp, q.fp, q.fn) AS truly_high
    FROM target AS t JOIN balance(of_keys, of_source, size, many, at_clock) AS b USING (key) LEFT JOIN quality AS q USING (key)
),
sided AS (
    SELECT *, band_side(k, least, most) AS side, band_doubt(k, n, truly_low, truly_high, least, most) AS because FROM counted
),
judged AS (
    SELECT *, band_verdict(side, because) AS verdict, band_chance(side, low, high, at_least, at_most) AS chance FROM sided
),
turned AS (
    SELECT *, window_no <> coalesce(lag(window_no) OVER newer, 0) + 1 OR verdict <> coalesce(lag(verdict) OVER newer, verdict) AS breaks
    FROM judged WINDOW newer AS (PARTITION BY name ORDER BY window_no)
),
run AS (SELECT *, count(*) FILTER (breaks) OVER (PARTITION BY name ORDER BY window_no) AS run_no FROM turned)
SELECT * EXCLUDE (breaks, run_no), count(*) OVER (PARTITION BY name, run_no ORDER BY window_no DESC) AS in_a_row
FROM run;

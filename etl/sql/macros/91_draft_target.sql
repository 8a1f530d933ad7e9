-- Targets against a draft that is in no snapshot: `mine` of `in_draft` stories, by themselves and together with the source's last size - 1
-- issues or weeks (source_window), which with it will be the last `size` (STATISTICS 25). Columns from k on are as in target_window, of both
-- together; k_draft, n_draft, draft_least, draft_most and draft_side are of the draft alone. Lists of one length: names, keys, ends of
-- bands in percent (NULL: no such end), mine.
CREATE OR REPLACE MACRO draft_target(names, of_keys, leasts, mosts, mine, in_draft, of_source, size, at_clock) AS TABLE
WITH target AS (
    SELECT unnest(names) AS name, unnest(of_keys) AS key, unnest(leasts) AS at_least, unnest(mosts) AS at_most, unnest(mine) AS k_draft
),
spoken AS (
    SELECT mode(s.text_kind) AS text_kind FROM story_fact AS s JOIN source AS src USING (source_no) WHERE src.id = of_source
),
quality AS (FROM line_quality(of_keys, (SELECT text_kind FROM spoken))),
summed AS (
    SELECT t.*, in_draft AS n_draft, b.first_day, b.last_day, b.units, b.k + t.k_draft AS k, b.n + in_draft AS n
    FROM target AS t JOIN balance(of_keys, of_source, size - 1, 1, at_clock) AS b USING (key)
),
counted AS (
    SELECT s.*, asks_least(s.n, s.at_least, s.at_most) AS least, asks_most(s.n, s.at_least, s.at_most) AS most,
           asks_least(s.n_draft, s.at_least, s.at_most) AS draft_least, asks_most(s.n_draft, s.at_least, s.at_most) AS draft_most,
           truly_low(s.k, q.tp, q.fp, q.fn) AS truly_low, truly_high(s.k, s.n, q.tp, q.fp, q.fn) AS truly_high,
           wilson_low(s.k, s.n) AS low, wilson_high(s.k, s.n) AS high
    FROM summed AS s LEFT JOIN quality AS q USING (key)
),
sided AS (
    SELECT *, band_side(k, least, most) AS side, band_side(k_draft, draft_least, draft_most) AS draft_side,
           band_doubt(k, n, truly_low, truly_high, least, most) AS because
    FROM counted
)
SELECT *, band_verdict(side, because) AS verdict, band_chance(side, low, high, at_least, at_most) AS chance FROM sided;

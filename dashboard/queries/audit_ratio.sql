-- How many stories truly have a topic for one that is tagged, as measured on a kind of text (STATISTICS 21), with its likely range: the
-- macros' number of stories for a million tagged. NULL range: too few to measure. No row: not measured.
SELECT key, (tp + fn) / nullif(tp + fp, 0) AS truly, truly_low(1000000, tp, fp, fn) / 1000000 AS low,
       truly_high(1000000, 1000000000000, tp, fp, fn) / 1000000 AS high
FROM line_quality([$key], $text_kind)

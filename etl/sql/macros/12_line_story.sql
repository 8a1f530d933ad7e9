-- The stories behind a number of `coverage`: its numerator (of_line given) or its denominator (of_line NULL), one row a story
-- (STATISTICS 26: count in the chart = rows in the list).
CREATE OR REPLACE MACRO line_story(of_kind, of_line, at_grain, at_period, in_sources, from_day, to_day, with_letters, in_unit,
                                   about_any, about_all, about_none) AS TABLE
SELECT b.story_no, b.day
FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
WHERE (at_period IS NULL OR period_start(b.day, at_grain) = at_period)
  AND (of_line IS NULL OR b.story_no IN (
        SELECT l.story_no FROM story_line AS l WHERE l.kind = of_kind AND l.line_id = of_line));

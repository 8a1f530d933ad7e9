-- The stories behind a number of `coverage`: its numerator (of_key given) or its denominator (of_key NULL), one row a story
-- (STATISTICS 26: count in the chart = rows in the list). at_period NULL: all periods; else only its days are looked at.
CREATE OR REPLACE MACRO line_story(of_key, at_grain, at_period, in_sources, from_day, to_day, with_letters, in_unit,
                                   about_any, about_all, about_none) AS TABLE
SELECT b.story_no, b.source_no, b.day
FROM base_story(in_sources, greatest(CAST(from_day AS DATE), CAST(at_period AS DATE)), least(CAST(to_day AS DATE), period_end(CAST(at_period AS DATE), at_grain)),
                with_letters, in_unit, about_any, about_all, about_none) AS b
WHERE (at_period IS NULL OR period_start(b.day, at_grain) = at_period)
  AND (of_key IS NULL OR b.story_no IN (SELECT l.story_no FROM story_line AS l WHERE l.key = of_key));

-- The denominator over all days shown.
SELECT count(*) AS n
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)

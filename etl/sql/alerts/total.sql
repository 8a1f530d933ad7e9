-- k of n over all the days that a link shows: what it says in `was`.
SELECT count(*) FILTER (story_no IN (SELECT story_no FROM story_line WHERE key = $key)) AS k, count(*) AS n
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none);

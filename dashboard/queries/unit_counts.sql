-- How many stories each unit counts beside the leads: what one adds to another. Beside these all three count the same.
SELECT (SELECT count(*) FROM base_story($sources, $from_day, $to_day, $letters, '+story', $about_any, $about_all, $about_none)) AS story,
       (SELECT count(*) FROM base_story($sources, $from_day, $to_day, $letters, '+outlet', $about_any, $about_all, $about_none)) AS outlet,
       (SELECT count(*) FROM base_story($sources, $from_day, $to_day, $letters, '+copy', $about_any, $about_all, $about_none)) AS copy

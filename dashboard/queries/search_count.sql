-- How many found stories pass the filters.
SELECT count(*) AS found
FROM search_match($terms, $items, $clauses, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS f
JOIN base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b USING (story_no)

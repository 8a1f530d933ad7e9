FROM phrase_coverage($terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern,
                     $weighed, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY period

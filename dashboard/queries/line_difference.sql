-- Two lines of one period: the difference of their shares of the same stories, with its likely range (STATISTICS 8).
FROM line_difference(
    (SELECT list(h.story_no) FROM line_hit($keys, $terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS h),
    (SELECT list(h.story_no) FROM line_hit($other_keys, $other_terms, $other_items, $other_clauses, $other_term_stories, $other_driver, $other_phrase_items, $other_phrase_streams, $other_phrase_pattern) AS h),
    $grain, $period, $weigh, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)

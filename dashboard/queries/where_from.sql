-- Where the change of a line between two periods comes from, a row a source (STATISTICS 8, 18); those that move it most first.
FROM where_from((SELECT list(h.story_no) FROM line_hit($keys, $terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS h),
    $grain, $first, $second, $weigh, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY abs(within + mix + came + went + kind) DESC, source_id

-- The events told in copies that move the line most between the two periods.
FROM where_from_event((SELECT list(h.story_no) FROM line_hit($keys, $terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS h),
    $grain, $first, $second, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY abs(moves) DESC, told DESC, cluster_no
LIMIT $at_most

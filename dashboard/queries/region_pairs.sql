-- How often places and desks meet in a story, against what chance would have (STATISTICS 23).
FROM region_pair($codes, $lines, $way, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY key_a, key_b

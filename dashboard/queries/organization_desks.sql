-- How organizations and desks meet in the same stories, against chance (STATISTICS 23).
FROM organization_line($keys, $lines, $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY key_a, key_b

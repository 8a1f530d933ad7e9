FROM any_coverage($any_keys, $weighed, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY period

FROM stack_share($keys, $kind, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY key, period

FROM grain_fit($grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)

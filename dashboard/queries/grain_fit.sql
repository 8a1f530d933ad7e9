FROM grain_fit($grains, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)

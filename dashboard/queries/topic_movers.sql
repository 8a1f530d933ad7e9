-- What moved between two whole periods, by the near end of the likely range of the difference (STATISTICS 10, 22).
FROM movers($keys, $grain, $first, $second, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY near_end DESC, key

-- What emerges and what fades, the clearest first by the near end of the likely range of the difference (STATISTICS 10, 22).
FROM burst($recent, $before, $at_least, $role, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY near_end DESC, key

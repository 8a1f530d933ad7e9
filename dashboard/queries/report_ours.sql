-- Each line in our sources against the field, the clearest difference first by the near end of its likely range (STATISTICS 10, 22).
FROM ours_against($keys, $ours, $others, $from_day, $to_day, $letters, $unit) ORDER BY near_end DESC, key

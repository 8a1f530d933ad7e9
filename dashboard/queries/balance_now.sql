-- Targets against a source's newest window (STATISTICS 25).
FROM target_window($names, $keys, $leasts, $mosts, $source, $size, $many, $clock) WHERE window_no = 1 ORDER BY name

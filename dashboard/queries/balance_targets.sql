-- Targets against a source's last windows, the newest first (STATISTICS 25).
FROM target_window($names, $keys, $leasts, $mosts, $source, $size, $many, $clock) ORDER BY name, window_no

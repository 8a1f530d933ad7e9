-- Sources that run through the days looked at (STATISTICS 17).
SELECT source_id FROM long_running($grain, $from_day, $to_day, $clock);

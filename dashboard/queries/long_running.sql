FROM long_running($grain, $from_day, $to_day, $clock) ORDER BY source_id

-- As period_state, of each source by itself: `source_id` tells whose a row is.
FROM period_states($grain, $sources, true, false, $from_day, $to_day, $clock) ORDER BY source_id, period

FROM period_state($grain, $sources, $from_day, $to_day, $clock) ORDER BY period

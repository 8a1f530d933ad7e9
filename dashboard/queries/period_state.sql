FROM period_state($grain, $sources, $need_each, $from_day, $to_day, $clock) ORDER BY period

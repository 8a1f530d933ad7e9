SELECT id, day, label, url, by_default FROM event WHERE day BETWEEN $from_day AND $to_day ORDER BY day

-- Per source: what is held, its newest story, what its own rhythm led to expect and what came in the 13 weeks before $today, and how it is.
SELECT id, name, rhythm, enabled, required, stories, last_story, days_since, gap_days, expected, came, due_day, overdue,
       period, period_stories, usual, reason, state
FROM source_health($today) ORDER BY source_no;

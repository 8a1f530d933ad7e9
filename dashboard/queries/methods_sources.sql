-- Each source with its health on the day $at (STATISTICS 19), what its stories span, and what may be shown of them.
SELECT h.id, h.name, src.kind, src.home, coalesce(r.name, src.country) AS country, src.language, h.rhythm, src.sampled, src.display,
       src.ours, h.required, h.enabled, h.stories, f.first_story, h.last_story, h.days_since, h.gap_days, h.expected, h.came,
       h.due_day, h.overdue, h.period, h.period_stories, h.usual, h.reason, h.state
FROM source_health($at) AS h
JOIN source AS src USING (source_no)
LEFT JOIN region AS r ON r.code = src.country
LEFT JOIN (SELECT source_no, min(day) AS first_story FROM source_day GROUP BY source_no) AS f USING (source_no)
ORDER BY h.name, h.id

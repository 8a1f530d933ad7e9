-- What each source's rhythm led to expect in one period, and what came (STATISTICS 12).
SELECT p.source_id, src.name, p.rhythm, p.expected, p.came, p.n, p.period_end < CAST($clock AS DATE) AS ended
FROM source_period($grain, $from_day, $to_day) AS p JOIN source AS src USING (source_no)
WHERE list_contains($sources, p.source_id) ORDER BY src.name, p.source_id

-- Hits (with a key) and totals (without) of a denominator that days alone narrow. A cross join fixes the order: the planner would look up
-- every topic for every story.
SELECT k.key, CASE WHEN :monthly THEN substr(s.day, 1, 7) || '-01' ELSE '' END AS period, count(*)
FROM line_key AS k CROSS JOIN line AS l USING (line_no) CROSS JOIN story AS s USING (story_no)
WHERE k.key IN (SELECT value FROM json_each(:keys))
  AND s.is_lead = 1 AND s.day BETWEEN :first AND :last AND s.form NOT IN ('void', 'letter') AND (s.language = 'en' OR s.language LIKE 'en-%')
GROUP BY 1, 2
UNION ALL
SELECT NULL, CASE WHEN :monthly THEN substr(day, 1, 7) || '-01' ELSE '' END AS period, count(*)
FROM story
WHERE is_lead = 1 AND day BETWEEN :first AND :last AND form NOT IN ('void', 'letter') AND (language = 'en' OR language LIKE 'en-%')
GROUP BY 2;

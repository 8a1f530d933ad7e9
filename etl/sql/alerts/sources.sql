-- Every source, with the days that its stories span up to $today; no days where it has none.
SELECT src.id, src.name, src.rhythm, min(s.day) AS first_day, max(s.day) AS last_day
FROM source AS src LEFT JOIN story_fact AS s ON s.source_no = src.source_no AND s.day <= $today
GROUP BY src.source_no, src.id, src.name, src.rhythm ORDER BY src.source_no;

-- Every place that data can hold, with the areas it lies in, in the order of the seeds.
SELECT r.code, r.name, r.alpha3, r.kind, coalesce(list(m.group_code ORDER BY g.region_no) FILTER (m.group_code IS NOT NULL), []) AS areas
FROM region AS r LEFT JOIN region_member AS m USING (code) LEFT JOIN region AS g ON g.code = m.group_code
GROUP BY r.region_no, r.code, r.name, r.alpha3, r.kind ORDER BY r.region_no

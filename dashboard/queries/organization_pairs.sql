-- Which of these organizations meet in the same stories, those that surely do so most beyond chance first (STATISTICS 10, 22, 23).
FROM organization_pair($keys, $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
WHERE k > 0 OR state = 'judged'
ORDER BY CASE state WHEN 'judged' THEN 0 ELSE 1 END, CASE WHEN state = 'judged' THEN near_end ELSE k END DESC, key_a, key_b

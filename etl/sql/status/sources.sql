-- Per source: what is held, its newest story, and what was expected and came in the 13 weeks before $today, in its own rhythm.
WITH recent AS (
    SELECT CAST($today AS DATE) - 91 AS after_day, CAST($today AS DATE) AS last_day
),
came AS (
    SELECT s.source_no, count(*) AS stories, max(s.day) AS last_story,
           count(DISTINCT CASE src.rhythm WHEN 'month' THEN date_trunc('month', s.day) ELSE s.day END)
               FILTER (s.day > r.after_day AND s.day <= r.last_day) AS came
    FROM story_fact AS s JOIN source AS src USING (source_no) CROSS JOIN recent AS r GROUP BY s.source_no
),
expected AS (
    SELECT e.source_no, count(*) AS expected FROM source_expected AS e CROSS JOIN recent AS r
    WHERE e.day > r.after_day AND e.day <= r.last_day GROUP BY e.source_no
)
SELECT src.id, src.name, src.rhythm, src.enabled, coalesce(came.stories, 0) AS stories, came.last_story,
       coalesce(expected.expected, 0) AS expected, coalesce(came.came, 0) AS came,
       (SELECT any_value(c.reason) FROM source_coverage AS c CROSS JOIN recent AS r
        WHERE c.source_id = src.id AND c.reason IS NOT NULL
          AND r.last_day BETWEEN c.from_day AND coalesce(c.to_day, r.last_day)) AS reason
FROM source AS src LEFT JOIN came USING (source_no) LEFT JOIN expected USING (source_no)
ORDER BY src.source_no;

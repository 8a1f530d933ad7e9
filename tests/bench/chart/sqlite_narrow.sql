-- The same of chosen sources and topics: where a cluster's lead is of another source, the earliest copy in the chosen ones stands for it.
-- A list that is 'null' does not narrow.
WITH chosen AS MATERIALIZED (
    SELECT source_no FROM source WHERE :sources = 'null' OR id IN (SELECT value FROM json_each(:sources))
),
about AS MATERIALIZED (
    SELECT DISTINCT l.story_no
    FROM line_key AS k JOIN line AS l USING (line_no) WHERE k.key IN (SELECT value FROM json_each(:about_any))
),
standing AS (
    SELECT c.story_no, c.day, c.form, c.language,
           row_number() OVER (PARTITION BY c.cluster_no ORDER BY c.day, c.published, c.source_no, c.story_no) AS place
    FROM story AS c JOIN story AS l ON l.cluster_no = c.cluster_no AND l.is_lead = 1
    WHERE c.is_lead = 0 AND c.source_no IN (SELECT source_no FROM chosen) AND l.source_no NOT IN (SELECT source_no FROM chosen)
),
counted AS (
    SELECT story_no, day, form, language FROM story WHERE is_lead = 1 AND source_no IN (SELECT source_no FROM chosen)
    UNION ALL
    SELECT story_no, day, form, language FROM standing WHERE place = 1
),
base AS MATERIALIZED (
    SELECT story_no, CASE WHEN :monthly THEN substr(day, 1, 7) || '-01' ELSE '' END AS period
    FROM counted
    WHERE day BETWEEN :first AND :last AND form NOT IN ('void', 'letter') AND (language = 'en' OR language LIKE 'en-%')
      AND (:about_any = 'null' OR story_no IN (SELECT story_no FROM about))
)
SELECT k.key, b.period, count(*)
FROM base AS b CROSS JOIN line_key AS k CROSS JOIN line AS l ON l.line_no = k.line_no AND l.story_no = b.story_no
WHERE k.key IN (SELECT value FROM json_each(:keys))
GROUP BY 1, 2
UNION ALL
SELECT NULL, period, count(*) FROM base GROUP BY 2;

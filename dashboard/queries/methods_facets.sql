-- How many stories of each source are of each kind: where their date was found (STATISTICS 15), what text there is, form, language,
-- and whether they are told first or are copies of another (STATISTICS 2). Every story counts, in every language.
WITH kinds AS (
    SELECT source_no, date_from, text_kind, form, language, if(is_lead, 'own', 'copy') AS told FROM story_fact
),
counted AS (
    SELECT source_no, coalesce(date_from, text_kind, form, language, told) AS value, count(*) AS n,
           CASE WHEN grouping(date_from) = 0 THEN 'date_from' WHEN grouping(text_kind) = 0 THEN 'text_kind'
                WHEN grouping(form) = 0 THEN 'form' WHEN grouping(language) = 0 THEN 'language' ELSE 'told' END AS facet
    FROM kinds
    GROUP BY GROUPING SETS ((source_no, date_from), (source_no, text_kind), (source_no, form), (source_no, language), (source_no, told))
)
SELECT src.id AS source_id, src.name AS source, c.facet, c.value, c.n,
       CAST(sum(c.n) OVER (PARTITION BY c.source_no, c.facet) AS BIGINT) AS of_n
FROM counted AS c JOIN source AS src USING (source_no)
ORDER BY source, source_id, c.facet, c.n DESC, c.value

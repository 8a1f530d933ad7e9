-- The highest number of each newsletter's issues: what a feed has to go on from.
SELECT src.id, max(coalesce(d.issue_number, try_cast(regexp_extract(d.document_id, '/issue-([0-9]+)$', 1) AS INTEGER))) AS newest
FROM document AS d JOIN source AS src USING (source_no)
GROUP BY src.id HAVING newest IS NOT NULL;

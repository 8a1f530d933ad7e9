-- fail
-- One issue is held as two documents: its stories are counted twice.
SELECT source_no, issue_number, count(*) AS times FROM document
WHERE issue_number IS NOT NULL GROUP BY source_no, issue_number HAVING count(*) > 1
UNION ALL
SELECT source_no, NULL, count(*) FROM document
WHERE address IS NOT NULL GROUP BY source_no, plain_address(address) HAVING count(*) > 1;

-- fail
-- One document stands twice: what it held before can't be told, so its stories could be taken in again and counted twice.
SELECT document_id, count(*) AS times FROM document GROUP BY document_id HAVING count(*) > 1;

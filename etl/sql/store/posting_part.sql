-- The first and last words of parts that have about so many postings each: sorting one is what memory has to hold.
WITH word AS (
    SELECT term_no, sum(count(*)) OVER (ORDER BY term_no) AS reached FROM read_parquet($pieces) GROUP BY term_no
)
SELECT min(term_no) AS first, max(term_no) AS last FROM word GROUP BY reached // $size ORDER BY first;

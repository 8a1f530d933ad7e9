UPDATE term SET stories = stories + new.n
FROM (SELECT term_no, count(*) AS n FROM read_parquet($pieces) GROUP BY term_no) AS new WHERE new.term_no = term.term_no;

-- Whether this data can draw phrases and other lines of one's own: it holds postings, and the macros that count by them.
SELECT count(*) = 4 AND (SELECT count(*) FROM posting_made) > 0 AS ready
FROM (SELECT DISTINCT function_name FROM duckdb_functions()
      WHERE function_name IN ('any_coverage', 'phrase_coverage', 'stack_share', 'trailing_share'))

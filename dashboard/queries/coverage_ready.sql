-- Whether this data can draw several topics as one, stacks and averages: it holds the macros that count them; and phrases: postings too;
-- and whether a phrase can restrict stories.
SELECT count(*) = 4 AS own, count(*) = 4 AND (SELECT count(*) FROM posting_made) > 0 AS phrases,
       EXISTS (FROM duckdb_functions() WHERE function_name = 'asked_line') AND (SELECT count(*) FROM posting_made) > 0 AS restricts
FROM (SELECT DISTINCT function_name FROM duckdb_functions()
      WHERE function_name IN ('any_coverage', 'phrase_coverage', 'stack_share', 'trailing_share'))

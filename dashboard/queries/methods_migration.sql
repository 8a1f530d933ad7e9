-- The newest migration that this data has: which shape its tables are in.
SELECT max(name) AS name FROM migration HAVING max(name) IS NOT NULL

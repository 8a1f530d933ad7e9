-- Views and macros with their text; a macro with other arguments has a row of its own.
SELECT view_name AS name, sql AS text FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
UNION ALL
SELECT function_name, macro_definition FROM duckdb_functions() WHERE NOT internal AND macro_definition IS NOT NULL

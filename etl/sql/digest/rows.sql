-- The rows of one table as hashes of their JSON, in order; `the_table` stands for its quoted name, which no parameter can be.
SELECT sha256(CAST(to_json(r) AS VARCHAR)) AS row_hash FROM the_table AS r ORDER BY row_hash;

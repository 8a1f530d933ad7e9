INSERT INTO line_key
SELECT $last + row_number() OVER (ORDER BY n.kind, n.key), n.key, n.kind, n.members FROM line_now() AS n ANTI JOIN line_key AS k USING (key);

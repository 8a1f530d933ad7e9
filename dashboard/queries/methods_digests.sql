-- What this snapshot was made with: digests of the seeds and of the SQL.
SELECT name, digest FROM seed_state ORDER BY name

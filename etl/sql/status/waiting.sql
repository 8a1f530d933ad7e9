-- The sources of which a run took as much as it may and left the rest, by name.
SELECT s.name FROM fetch_state AS f JOIN source AS s ON s.id = f.source_id WHERE f.name = $name ORDER BY s.name;

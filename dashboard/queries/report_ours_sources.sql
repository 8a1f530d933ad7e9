-- The sources that are an editor's own.
SELECT id FROM source WHERE ours ORDER BY id

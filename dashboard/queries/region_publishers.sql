-- In which countries these sources publish; NULL where that is not known.
SELECT DISTINCT country FROM source WHERE list_contains($sources, id) ORDER BY country

-- Stories that were said to be no copy, or a copy of another, in the order of decisions, in which they were put in (it is that of
-- the desk's lines, which a clock that jumps does not change); other_no NULL: they stand alone.
SELECT d.story_no, CASE d.action WHEN 'add' THEN o.story_no END AS other_no
FROM decision AS d LEFT JOIN story_fact AS o ON o.story_id = d.value
WHERE d.kind = 'cluster' ORDER BY d.rowid;

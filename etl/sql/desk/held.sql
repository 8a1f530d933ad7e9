-- Stories that decisions name, and the clock of the run that last read each, this one or an earlier: no story is younger than that.
SELECT s.story_id, s.story_no, coalesce(r.clock, CAST($clock AS TIMESTAMP)) AS clock FROM story_fact AS s LEFT JOIN run AS r ON r.run_id = s.last_run
WHERE s.story_id IN (SELECT unnest($story_ids));

-- fail
-- A story is dated after its run's day in every time zone: the newest point of every line would be made of wrong dates.
SELECT s.story_id, s.day FROM story_fact AS s JOIN run AS r ON r.run_id = s.last_run
WHERE s.day > CAST(r.clock + INTERVAL 14 HOUR AS DATE);

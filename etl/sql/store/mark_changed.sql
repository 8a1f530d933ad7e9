INSERT INTO place_set
SELECT places, unnest(members, recursive := true)
FROM (SELECT places, any_value(members) AS members FROM mark_now WHERE places <> 0 GROUP BY places) ANTI JOIN place_set USING (places);
UPDATE story_fact SET topics = m.topics, places = m.places, roles = m.roles FROM mark_now AS m
WHERE m.story_no = story_fact.story_no
  AND (story_fact.topics IS DISTINCT FROM m.topics OR story_fact.places IS DISTINCT FROM m.places OR story_fact.roles IS DISTINCT FROM m.roles);
DROP TABLE mark_now;

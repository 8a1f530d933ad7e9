-- A set of regions goes with its last story.
DELETE FROM place_set WHERE places IN (SELECT places FROM place_set ANTI JOIN (SELECT DISTINCT places FROM story_fact) USING (places));

-- The titles of these stories.
SELECT story_id, title FROM story_fact WHERE story_id IN (SELECT unnest($stories))

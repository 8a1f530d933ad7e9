-- A few stories by number, for the cards of what emerges and fades.
SELECT s.story_no, s.story_id, s.title, s.url, s.day, src.name AS source
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE list_contains($stories, s.story_no)

-- The stories that a search finds, each once.
INSERT INTO asked_story
SELECT $key, f.story_no
FROM search_story($terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS f

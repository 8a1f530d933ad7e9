-- Every slice of a story that speaks for a tag or for a near miss, or rules a topic out; the strongest first.
SELECT kind, tag_id, field, start_char, end_char, coalesce(weight, 0) AS weight
FROM evidence WHERE story_no = $story_no
ORDER BY kind, tag_id, weight DESC, field DESC, start_char

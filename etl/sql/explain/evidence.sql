SELECT kind, tag_id, field, start_char, end_char, CAST(weight AS DOUBLE) AS weight
FROM evidence WHERE story_no = $story_no
ORDER BY kind, tag_id, abs(weight) DESC NULLS LAST, field DESC, start_char;

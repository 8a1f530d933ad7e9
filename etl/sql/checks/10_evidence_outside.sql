-- fail
-- Evidence lies outside its field: a page would highlight the wrong words, or none.
SELECT e.story_no, e.kind, e.tag_id, e.field, e.start_char, e.end_char
FROM (FROM evidence WHERE story_no BETWEEN $first AND $last) AS e
JOIN (
    SELECT story_no, length(title) AS title, length(body) AS body FROM story_fact WHERE story_no BETWEEN $first AND $last
) AS long USING (story_no)
WHERE e.field NOT IN ('title', 'text') OR e.start_char < 0 OR e.start_char >= e.end_char
   OR e.end_char > CASE e.field WHEN 'title' THEN long.title ELSE long.body END;

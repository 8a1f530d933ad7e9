-- fail
-- Evidence lies outside its field: a page would highlight the wrong words, or none.
SELECT e.story_no, e.kind, e.tag_id, e.field, e.start_char, e.end_char
FROM evidence AS e JOIN story_fact AS s USING (story_no)
WHERE e.field NOT IN ('title', 'text') OR e.start_char < 0 OR e.start_char >= e.end_char
   OR e.end_char > length(CASE e.field WHEN 'title' THEN s.title ELSE s.body END);

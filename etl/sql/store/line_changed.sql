-- The stories whose tags changed, on the lines that were there.
DELETE FROM line_fact WHERE line_no <= $last AND story_no IN (SELECT story_no FROM line_changed);
INSERT INTO line_fact
SELECT line_no, story_no FROM line_tagged(0, $last, (SELECT list(DISTINCT story_no) FROM line_changed)) ORDER BY line_no, story_no;

-- The lines that were there forget the stories whose tags changed.
DELETE FROM line_fact WHERE line_no <= $last AND story_no IN (SELECT story_no FROM line_changed);

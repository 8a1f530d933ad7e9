-- Every story of the lines that are new.
INSERT INTO line_fact SELECT line_no, story_no FROM line_tagged($last, 2147483647, (SELECT list(story_no) FROM story_fact))
ORDER BY line_no, story_no;

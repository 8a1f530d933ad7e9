SELECT DISTINCT source_no, day FROM story_fact ORDER BY source_no, day;

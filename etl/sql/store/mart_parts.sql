-- The numbers of the stories in view mart_work, in parts of $size numbers: first, last and how many there are.
SELECT min(story_no) AS first, max(story_no) AS last, count(*) AS stories FROM mart_work GROUP BY story_no // $size ORDER BY first;

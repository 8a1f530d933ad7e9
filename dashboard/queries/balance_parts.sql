-- Of what the likely range of the mix is drawn: each day's fractions of stories by topic.
SELECT window_no, day, topic_no, parts, squares FROM topic_part($source, $size, $many, $clock) ORDER BY window_no, day, topic_no

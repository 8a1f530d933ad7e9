-- fail
-- A score is no probability: thresholds and rankings by score mean nothing.
SELECT story_no, topic_no, score FROM topic_fact WHERE NOT score BETWEEN 0 AND 1 OR isnan(score)
UNION ALL
SELECT story_no, topic_no, score FROM topic_near WHERE NOT score BETWEEN 0 AND 1 OR isnan(score) OR NOT threshold BETWEEN 0 AND 1;

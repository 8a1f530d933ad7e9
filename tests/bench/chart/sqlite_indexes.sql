CREATE INDEX story_by_day ON story (is_lead, day, form, language);
CREATE INDEX story_by_source ON story (is_lead, source_no, day, form, language);
CREATE INDEX story_by_cluster ON story (cluster_no, is_lead, source_no);
ANALYZE;

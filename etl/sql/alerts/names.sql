-- The keys that can be watched, by their present and former ids, with what the line is called.
SELECT 'topic:' || id AS key, name, 'topic:' || id AS present FROM topic
UNION ALL SELECT 'topic:' || unnest(was), name, 'topic:' || id FROM topic
UNION ALL SELECT 'topic:untagged', 'No topic found', 'topic:untagged'
UNION ALL SELECT kind || ':' || id, name, kind || ':' || id FROM topic_group
UNION ALL SELECT kind || ':' || id, name, kind || ':' || id FROM organization CROSS JOIN (VALUES ('organization'), ('named')) AS k(kind)
UNION ALL SELECT 'region:' || code, name, 'region:' || code FROM region
UNION ALL SELECT 'region:none', 'No place named', 'region:none';

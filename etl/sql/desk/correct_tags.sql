-- Tags as people decided: what was removed goes with its evidence, what was added has no other evidence than the decision.
CREATE OR REPLACE TEMP TABLE removed AS SELECT kind, story_no, tag_id FROM decision WHERE action = 'remove';
DELETE FROM topic_fact WHERE (story_no, topic_no) IN (
    SELECT (r.story_no, t.topic_no) FROM removed AS r JOIN topic AS t ON t.id = r.tag_id WHERE r.kind = 'topic');
DELETE FROM organization_fact WHERE (story_no, organization_no) IN (
    SELECT (r.story_no, o.organization_no) FROM removed AS r JOIN organization AS o ON o.id = r.tag_id WHERE r.kind = 'organization');
DELETE FROM region_fact WHERE (story_no, region_no) IN (
    SELECT (r.story_no, g.region_no) FROM removed AS r JOIN region AS g ON g.code = r.tag_id WHERE r.kind = 'region');
DELETE FROM evidence WHERE (kind, story_no, tag_id) IN (SELECT (kind, story_no, tag_id) FROM removed);
DROP TABLE removed;

CREATE OR REPLACE TEMP TABLE added AS
SELECT d.kind, d.story_no, d.tag_id, d.value, s.day, s.source_no, s.is_lead
FROM decision AS d JOIN story_fact AS s USING (story_no) WHERE d.action = 'add' AND d.kind IN ('topic', 'organization', 'region');
DELETE FROM topic_near WHERE (story_no, topic_no) IN (
    SELECT (a.story_no, t.topic_no) FROM added AS a JOIN topic AS t ON t.id = a.tag_id WHERE a.kind = 'topic');
DELETE FROM evidence WHERE kind IN ('near', 'veto') AND (story_no, tag_id) IN (SELECT (story_no, tag_id) FROM added WHERE kind = 'topic');
INSERT INTO topic_fact BY NAME
SELECT a.story_no, t.topic_no, a.day, a.source_no, a.is_lead, 1.0 AS score FROM added AS a JOIN topic AS t ON t.id = a.tag_id
WHERE a.kind = 'topic' AND (a.story_no, t.topic_no) NOT IN (SELECT (story_no, topic_no) FROM topic_fact);
INSERT INTO organization_fact BY NAME
SELECT a.story_no, o.organization_no, a.day, a.source_no, a.is_lead, coalesce(a.value, 'focus') AS role
FROM added AS a JOIN organization AS o ON o.id = a.tag_id
WHERE a.kind = 'organization' AND (a.story_no, o.organization_no) NOT IN (SELECT (story_no, organization_no) FROM organization_fact);
INSERT INTO region_fact BY NAME
SELECT a.story_no, g.region_no, a.day, a.source_no, a.is_lead, coalesce(a.value, 'focus') AS role
FROM added AS a JOIN region AS g ON g.code = a.tag_id
WHERE a.kind = 'region' AND (a.story_no, g.region_no) NOT IN (SELECT (story_no, region_no) FROM region_fact);
DROP TABLE added;

UPDATE organization_fact SET role = d.value FROM decision AS d JOIN organization AS o ON d.tag_id = 'organization:' || o.id
WHERE d.kind = 'role' AND d.story_no = organization_fact.story_no AND o.organization_no = organization_fact.organization_no;
UPDATE region_fact SET role = d.value FROM decision AS d JOIN region AS g ON d.tag_id = 'region:' || g.code
WHERE d.kind = 'role' AND d.story_no = region_fact.story_no AND g.region_no = region_fact.region_no;

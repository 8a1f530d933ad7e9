-- What is no story, other dates, and who leads; then tags.
UPDATE changed_story SET form = 'void' WHERE cluster_no IN (
    SELECT s.cluster_no FROM changed_story AS s JOIN wanted AS w USING (story_no) WHERE w.kind = 'story' AND w.action = 'remove');
UPDATE changed_story SET published = CAST(w.value AS TIMESTAMP), day = CAST(w.value AS DATE), date_from = 'desk'
FROM wanted AS w WHERE w.story_no = changed_story.story_no AND w.kind = 'story' AND w.action = 'set';
UPDATE changed_story SET is_lead = (changed_story.story_no = e.lead_no) FROM (
    SELECT cluster_no, arg_min(story_no, (day, published, source_no, story_no)) AS lead_no FROM changed_story GROUP BY cluster_no) AS e
WHERE e.cluster_no = changed_story.cluster_no;

INSERT INTO changed_topic SELECT s.story_no, t.topic_no, s.day, s.source_no, s.is_lead, 1.0
FROM undone AS u JOIN changed_story AS s USING (story_no) JOIN topic AS t ON t.id = u.tag_id WHERE u.kind = 'topic' AND u.action = 'remove'
UNION ALL SELECT s.story_no, t.topic_no, s.day, s.source_no, s.is_lead, 1.0
FROM wanted AS w JOIN changed_story AS s USING (story_no) JOIN topic AS t ON t.id = w.tag_id WHERE w.kind = 'topic' AND w.action = 'add';
INSERT INTO changed_organization SELECT s.story_no, o.organization_no, s.day, s.source_no, s.is_lead, 'focus'
FROM undone AS u JOIN changed_story AS s USING (story_no) JOIN organization AS o ON o.id = u.tag_id WHERE u.kind = 'organization' AND u.action = 'remove'
UNION ALL SELECT s.story_no, o.organization_no, s.day, s.source_no, s.is_lead, coalesce(w.value, 'focus')
FROM wanted AS w JOIN changed_story AS s USING (story_no) JOIN organization AS o ON o.id = w.tag_id WHERE w.kind = 'organization' AND w.action = 'add'
  AND (s.story_no, o.organization_no) NOT IN (SELECT (story_no, organization_no) FROM changed_organization);
INSERT INTO changed_region SELECT s.story_no, g.region_no, s.day, s.source_no, s.is_lead, 'focus'
FROM undone AS u JOIN changed_story AS s USING (story_no) JOIN region AS g ON g.code = u.tag_id WHERE u.kind = 'region' AND u.action = 'remove'
UNION ALL SELECT s.story_no, g.region_no, s.day, s.source_no, s.is_lead, coalesce(w.value, 'focus')
FROM wanted AS w JOIN changed_story AS s USING (story_no) JOIN region AS g ON g.code = w.tag_id WHERE w.kind = 'region' AND w.action = 'add'
  AND (s.story_no, g.region_no) NOT IN (SELECT (story_no, region_no) FROM changed_region);

-- A tag that was only ever added by hand goes with the decision; one that the tagger gave too has its words.
CREATE TEMP TABLE taken AS
SELECT kind, story_no, tag_id FROM wanted WHERE action = 'remove'
UNION
SELECT u.kind, u.story_no, u.tag_id FROM undone AS u
ANTI JOIN wanted AS w ON (w.kind, w.story_no, w.tag_id, w.action) = (u.kind, u.story_no, u.tag_id, 'add')
ANTI JOIN evidence AS e ON (e.kind, e.story_no, e.tag_id) = (u.kind, u.story_no, u.tag_id)
WHERE u.action = 'add';
DELETE FROM changed_topic WHERE (story_no, topic_no) IN (
    SELECT (k.story_no, t.topic_no) FROM taken AS k JOIN topic AS t ON t.id = k.tag_id WHERE k.kind = 'topic');
DELETE FROM changed_organization WHERE (story_no, organization_no) IN (
    SELECT (k.story_no, o.organization_no) FROM taken AS k JOIN organization AS o ON o.id = k.tag_id WHERE k.kind = 'organization');
DELETE FROM changed_region WHERE (story_no, region_no) IN (
    SELECT (k.story_no, g.region_no) FROM taken AS k JOIN region AS g ON g.code = k.tag_id WHERE k.kind = 'region');
UPDATE changed_organization SET role = w.value FROM wanted AS w JOIN organization AS o ON w.tag_id = 'organization:' || o.id
WHERE w.kind = 'role' AND w.story_no = changed_organization.story_no AND o.organization_no = changed_organization.organization_no;
UPDATE changed_region SET role = w.value FROM wanted AS w JOIN region AS g ON w.tag_id = 'region:' || g.code
WHERE w.kind = 'role' AND w.story_no = changed_region.story_no AND g.region_no = changed_region.region_no;

CREATE TEMP TABLE now_topic AS SELECT DISTINCT ON (f.story_no, f.topic_no) f.story_no, f.topic_no, s.day, s.source_no, s.is_lead, f.score
FROM changed_topic AS f JOIN changed_story AS s USING (story_no) ORDER BY f.story_no, f.topic_no, f.score;
CREATE TEMP TABLE now_organization AS
SELECT DISTINCT ON (f.story_no, f.organization_no) f.story_no, f.organization_no, s.day, s.source_no, s.is_lead, f.role
FROM changed_organization AS f JOIN changed_story AS s USING (story_no);
CREATE TEMP TABLE now_region AS SELECT DISTINCT ON (f.story_no, f.region_no) f.story_no, f.region_no, s.day, s.source_no, s.is_lead, f.role
FROM changed_region AS f JOIN changed_story AS s USING (story_no);

-- Which story is on which line by its tags: what table line_fact must hold of the lines above after_line up to to_line (numbers of
-- line_key). of_stories: a list of story numbers, each once.
CREATE OR REPLACE MACRO line_tagged(after_line, to_line, of_stories) AS TABLE
WITH wanted AS MATERIALIZED (
    SELECT story_no FROM story_fact SEMI JOIN (SELECT unnest(of_stories) AS story_no) USING (story_no)
),
drawn AS MATERIALIZED (
    SELECT line_no, kind, unnest(members) AS tag_no FROM line_key WHERE line_no > after_line AND line_no <= to_line
),
bare AS MATERIALIZED (
    SELECT line_no, kind FROM line_key WHERE line_no > after_line AND line_no <= to_line AND kind IN ('untagged', 'nowhere')
)
SELECT d.line_no, f.story_no
FROM topic_fact AS f JOIN drawn AS d ON d.tag_no = f.topic_no AND d.kind = 'topic' WHERE f.story_no IN (FROM wanted)
UNION ALL
SELECT DISTINCT d.line_no, f.story_no
FROM topic_fact AS f JOIN drawn AS d ON d.tag_no = f.topic_no AND d.kind = 'group' WHERE f.story_no IN (FROM wanted)
UNION ALL
SELECT d.line_no, f.story_no
FROM organization_fact AS f
JOIN drawn AS d ON d.tag_no = f.organization_no AND (d.kind = 'organization' AND f.role = 'focus' OR d.kind = 'named' AND f.role IN ('focus', 'mention'))
WHERE f.story_no IN (FROM wanted)
UNION ALL
SELECT DISTINCT d.line_no, f.story_no
FROM region_fact AS f JOIN drawn AS d ON d.tag_no = f.region_no AND d.kind = 'region' WHERE f.story_no IN (FROM wanted)
UNION ALL
SELECT b.line_no, w.story_no FROM wanted AS w ANTI JOIN topic_fact AS f USING (story_no) CROSS JOIN bare AS b WHERE b.kind = 'untagged'
UNION ALL
SELECT b.line_no, w.story_no FROM wanted AS w ANTI JOIN region_fact AS f USING (story_no) CROSS JOIN bare AS b WHERE b.kind = 'nowhere';

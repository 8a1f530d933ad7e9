-- What story_fact must hold of these stories as `topics`, `places` and `roles`, and the regions of `places`. of_stories: a list of story numbers.
CREATE OR REPLACE MACRO story_mark(of_stories) AS TABLE
WITH wanted AS MATERIALIZED (
    SELECT story_no FROM story_fact SEMI JOIN (SELECT unnest(of_stories) AS story_no) USING (story_no)
),
said AS (
    SELECT story_no, bit_or(CAST(1 AS HUGEINT) << topic_no) AS topics FROM topic_fact WHERE story_no IN (FROM wanted) GROUP BY story_no
),
here AS (
    SELECT story_no, md5_number_lower(string_agg(region_no || role[1], ',' ORDER BY region_no)) AS places,
           list(struct_pack(region_no := region_no, focus := role = 'focus') ORDER BY region_no) AS members
    FROM region_fact WHERE story_no IN (FROM wanted) GROUP BY story_no
),
voiced AS (
    SELECT story_no, bit_or(CAST(CASE role WHEN 'focus' THEN 1 WHEN 'mention' THEN 2 WHEN 'product' THEN 4 ELSE 0 END AS UTINYINT)) AS roles
    FROM organization_fact WHERE story_no IN (FROM wanted) GROUP BY story_no
)
SELECT w.story_no, coalesce(s.topics, 1) AS topics, coalesce(h.places, 0) AS places, coalesce(v.roles, 0) AS roles, h.members
FROM wanted AS w LEFT JOIN said AS s USING (story_no) LEFT JOIN here AS h USING (story_no) LEFT JOIN voiced AS v USING (story_no);

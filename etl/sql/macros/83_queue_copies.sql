-- Stories told in nearly the same words that got different topics: a row for each cluster, by its lead, with the topics that some of its
-- `told` stories have and others lack; the most of these first. from_day: the first day of the lead, or NULL.
CREATE OR REPLACE MACRO queue_copies(from_day, at_most) AS TABLE
WITH copied AS MATERIALIZED (SELECT DISTINCT cluster_no FROM story_fact WHERE NOT is_lead),
member AS MATERIALIZED (
    SELECT s.story_no, s.cluster_no, s.is_lead, s.day FROM story_fact AS s SEMI JOIN copied USING (cluster_no) WHERE s.form <> 'void'
),
size AS (
    SELECT m.cluster_no, max(m.story_no) FILTER (m.is_lead) AS lead_no, count(*) AS told FROM member AS m GROUP BY m.cluster_no HAVING count(*) > 1
),
given AS (
    SELECT m.cluster_no, f.topic_no, count(*) AS k FROM topic_fact AS f JOIN member AS m USING (story_no) GROUP BY ALL
),
torn AS (
    SELECT s.lead_no, list(t.id ORDER BY t.topic_no) AS tags, any_value(s.told) AS told
    FROM size AS s JOIN given AS g USING (cluster_no) JOIN topic AS t USING (topic_no) WHERE g.k < s.told GROUP BY s.lead_no
),
placed AS (
    SELECT o.*, count(*) OVER () AS found, row_number() OVER (ORDER BY len(o.tags) DESC, b.day DESC, o.lead_no DESC) AS place
    FROM torn AS o JOIN base_story(NULL, from_day, NULL, false, 'story', NULL, NULL, NULL) AS b ON b.story_no = o.lead_no
)
SELECT place, lead_no AS story_no, tags, told, found FROM placed WHERE place <= at_most;

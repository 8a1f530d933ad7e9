-- The share of voice of each organization, type of organization or home country (of_kind: 'organization', 'type', 'home') that counted
-- stories count for: k of n and the likely range (STATISTICS 1, 7). A story on two organizations of a type counts once for the type and
-- once for each organization (4). n: all counted stories, or with of_any those that count for any organization; without it, those that
-- count for none are a line too, '<kind>:none' (5). Keys: 'organization:<id>', 'type:<type>' ('type:unlisted': no seed lists it) and
-- 'home:<country>' ('home:unknown'). by_role as in organization_counts; other arguments as in base_story.
CREATE OR REPLACE MACRO organization_share(of_kind, of_any, by_role, in_sources, from_day, to_day, with_letters, in_unit,
                                           about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, roles & role_bits(by_role) <> 0 AS counts
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
gathered AS (
    SELECT organization_no, CASE of_kind WHEN 'type' THEN coalesce(type, 'unlisted') ELSE coalesce(country, 'unknown') END AS name
    FROM organization WHERE of_kind <> 'organization'
),
place AS MATERIALIZED (SELECT organization_no, name, dense_rank() OVER (ORDER BY name) AS place FROM gathered),
fact AS MATERIALIZED (
    SELECT f.story_no, f.organization_no FROM organization_fact AS f JOIN base USING (story_no) WHERE organization_counts(f.role, by_role)
),
hit AS (
    SELECT 'organization:' || o.id AS key, c.k
    FROM (SELECT organization_no, count(*) AS k FROM fact WHERE of_kind = 'organization' GROUP BY organization_no) AS c
    JOIN organization AS o USING (organization_no)
    UNION ALL
    SELECT of_kind || ':' || p.name, c.k
    FROM (SELECT p.place, count(DISTINCT f.story_no) AS k FROM fact AS f JOIN place AS p USING (organization_no) GROUP BY p.place) AS c
    JOIN (SELECT DISTINCT place, name FROM place) AS p USING (place)
),
none AS (SELECT count(*) FILTER (NOT counts) AS k, count(*) AS of_all FROM base),
total AS (SELECT if(of_any, of_all - k, of_all) AS n FROM none)
SELECT line.key, line.k, total.n, line.k / nullif(total.n, 0) AS share, wilson_low(line.k, total.n) AS low, wilson_high(line.k, total.n) AS high
FROM (FROM hit UNION ALL SELECT of_kind || ':none', k FROM none WHERE NOT of_any) AS line CROSS JOIN total;

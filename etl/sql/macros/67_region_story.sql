-- The counted stories of a country, an area or a leftover category (its code, as in region_share) by one way of looking, one row a story
-- (STATISTICS 26: count in the chart = rows in the list); of_code NULL: all counted stories. Other arguments as in region_share.
CREATE OR REPLACE MACRO region_story(of_code, by_way, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH inside AS (
    SELECT region_no FROM region
    WHERE code = of_code OR code IN (SELECT code FROM region_member WHERE group_code = of_code)
),
area AS (SELECT region_no FROM region WHERE kind = 'group'),
told AS (
    SELECT story_no, bool_or(holds AND region_no IN (FROM inside)) AS here, bool_and(region_no IN (FROM area)) FILTER (holds) AS wide,
           NOT bool_or(holds) AS passing, count(region_no) = 0 AS unknown
    FROM region_place(by_way) WHERE of_code IS NOT NULL GROUP BY story_no
)
SELECT b.story_no, b.source_no, b.document_id, b.day
FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
LEFT JOIN told AS t USING (story_no)
WHERE CASE coalesce(of_code, '')
        WHEN '' THEN true WHEN 'none' THEN t.story_no IS NULL WHEN 'wide' THEN t.wide AND NOT t.unknown WHEN 'passing' THEN t.passing
        WHEN 'unknown' THEN t.unknown ELSE t.here END;

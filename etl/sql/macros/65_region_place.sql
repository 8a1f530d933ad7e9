-- The places of stories by one way of looking at them (ways are never mixed in one chart), a row a story and place, or more:
-- 'happens' (the story happens there or is about it: where `holds`; else the place is named in passing), 'named' (it names the place),
-- 'home' (an organization that the story is about is at home there; with two homes it counts in both) and 'published' (its source
-- publishes there). region_no is NULL where the home of an organization or the country of a source is not known.
CREATE OR REPLACE MACRO region_place(by_way) AS TABLE
SELECT story_no, region_no, role = 'focus' OR by_way = 'named' AS holds FROM region_fact WHERE by_way IN ('happens', 'named')
UNION ALL
SELECT f.story_no, h.region_no, true
FROM organization_fact AS f
JOIN (SELECT o.organization_no, r.region_no FROM organization AS o LEFT JOIN region AS r ON r.code = o.country) AS h USING (organization_no)
WHERE by_way = 'home' AND f.role = 'focus'
UNION ALL
SELECT f.story_no, h.region_no, true
FROM story_fact AS f JOIN (SELECT s.source_no, r.region_no FROM source AS s LEFT JOIN region AS r ON r.code = s.country) AS h USING (source_no)
WHERE by_way = 'published';

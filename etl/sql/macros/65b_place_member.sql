-- The regions of what stories have in common by a way of looking: of each set of regions (story_fact.places), or for 'published' of each
-- source (its number). holds, and a region that is NULL, as in region_place; by 'home' stories have nothing in common: no row.
CREATE OR REPLACE MACRO place_member(by_way) AS TABLE
SELECT places AS set_no, region_no, focus OR by_way = 'named' AS holds FROM place_set WHERE by_way IN ('happens', 'named')
UNION ALL
SELECT s.source_no, r.region_no, true FROM source AS s LEFT JOIN region AS r ON r.code = s.country WHERE by_way = 'published';

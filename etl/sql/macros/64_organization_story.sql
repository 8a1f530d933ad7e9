-- The counted stories that count for all of these keys of organization_share ('organization:<id>', 'type:<type>', 'home:<country>', and
-- '<kind>:none': for no organization), one row a story (STATISTICS 26: count in the chart = rows in the list). of_keys NULL: all counted
-- stories. Other arguments as in organization_share. One of the two parts below is empty, and is not read.
CREATE OR REPLACE MACRO organization_story(of_keys, by_role, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT organization_no, unnest(list_filter(list_distinct(of_keys), lambda key: list_contains(
        ['organization:' || id, 'type:' || coalesce(type, 'unlisted'), 'home:' || coalesce(country, 'unknown')], key))) AS key
    FROM organization
),
found AS (
    SELECT f.story_no FROM organization_fact AS f JOIN asked AS a USING (organization_no)
    WHERE organization_counts(f.role, by_role) GROUP BY f.story_no
    HAVING count(DISTINCT a.key) = len(list_filter(list_distinct(of_keys), lambda key: NOT ends_with(key, ':none')))
)
SELECT b.story_no, b.source_no, b.document_id, b.day
FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
WHERE of_keys IS NULL OR (len(list_filter(of_keys, lambda key: NOT ends_with(key, ':none'))) = 0 AND b.roles & role_bits(by_role) = 0)
UNION ALL
SELECT b.story_no, b.source_no, b.document_id, b.day
FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b JOIN found USING (story_no)
WHERE len(list_filter(of_keys, lambda key: ends_with(key, ':none'))) = 0;

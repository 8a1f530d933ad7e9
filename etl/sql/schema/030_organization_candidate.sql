-- Organizations that stories name and no seed lists, for an editor to choose from. Copies of a story do not count.
CREATE VIEW organization_candidate AS
WITH named AS (
    SELECT
        o.id, o.name, f.role, s.story_no, s.story_id, s.day, s.title, src.name AS source,
        (
            SELECT list(DISTINCT substring(if(e.field = 'title', s.title, s.body), e.start_char + 1, e.end_char - e.start_char))
            FROM evidence AS e WHERE e.story_no = s.story_no AND e.kind = 'organization' AND e.tag_id = o.id
        ) AS spellings
    FROM organization_fact AS f
    JOIN organization AS o USING (organization_no)
    JOIN story_fact AS s USING (story_no)
    JOIN source AS src ON src.source_no = s.source_no
    WHERE NOT o.known AND s.is_lead
)
SELECT
    id AS organization_id,
    any_value(name) AS name,
    count(*) AS stories,
    min(day) AS first_day,
    max(day) AS last_day,
    list_sort(list(DISTINCT source)) AS sources,
    count(*) FILTER (role = 'focus') AS focus,
    count(*) FILTER (role = 'mention') AS mention,
    count(*) FILTER (role = 'source') AS as_source,
    list_sort(list_distinct(flatten(list(spellings)))) AS spellings,
    arg_max(story_id, (role = 'focus', day, story_no)) AS story_id,    -- an example: the last one about it
    arg_max(title, (role = 'focus', day, story_no)) AS title
FROM named
GROUP BY id;

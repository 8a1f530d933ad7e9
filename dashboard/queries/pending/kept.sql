-- Decisions that a run keeps and does not apply, and why. The last day that a story can have is that of the run that last read it, in the
-- time zone that is furthest ahead. Who has a role is named in the tag, as organization:ID or region:CODE.
WITH asked AS MATERIALIZED (
    SELECT id, kind, story_id, action, CAST(value AS VARCHAR) AS value,
           if(kind = 'role', split_part(tag_id, ':', 1), kind) AS of_kind,
           if(kind = 'role', substr(tag_id, strpos(tag_id, ':') + 1), tag_id) AS tag
    FROM (SELECT unnest($rows, recursive := true))
),
held AS MATERIALIZED (
    SELECT s.story_id, CAST(coalesce(r.clock, (SELECT max(clock) FROM run)) + INTERVAL 14 HOUR AS DATE) AS last_day
    FROM story_fact AS s LEFT JOIN run AS r ON r.run_id = s.last_run
    WHERE s.story_id IN (SELECT story_id FROM asked UNION SELECT value FROM asked WHERE kind = 'cluster')
),
tag AS (
    SELECT 'topic' AS of_kind, id AS tag FROM topic
    UNION ALL SELECT 'organization', id FROM organization
    UNION ALL SELECT 'region', code FROM region
),
lacking AS MATERIALIZED (
    SELECT id FROM asked ANTI JOIN tag USING (of_kind, tag) WHERE of_kind IN ('topic', 'organization', 'region')
),
judged AS (
    SELECT a.id, CASE
        WHEN h.story_id IS NULL THEN 'this data has no such story'
        WHEN a.kind = 'cluster' AND a.action = 'add' AND a.value NOT IN (SELECT story_id FROM held)
            THEN 'this data has no story ' || a.value || ', of which it would be a copy'
        WHEN a.kind = 'story' AND a.action = 'set' AND TRY_CAST(a.value AS DATE) > h.last_day
            THEN 'the day is later than ' || h.last_day || ', when the story was read'
        WHEN a.kind = 'story' AND a.action = 'set' AND TRY_CAST(a.value AS DATE) < $earliest THEN 'the day is before ' || $earliest
        WHEN a.id IN (SELECT id FROM lacking) THEN 'this data has no ' || a.of_kind || ' ' || a.tag
    END AS problem
    FROM asked AS a LEFT JOIN held AS h USING (story_id)
)
SELECT id, problem FROM judged WHERE problem IS NOT NULL

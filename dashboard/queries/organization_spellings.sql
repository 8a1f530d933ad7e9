-- By which words the counted stories name one organization, in how many stories each. Evidence is asked for the id alone, by which whole
-- blocks of it are passed over; not for a key that would have to be made of each row.
WITH slice AS MATERIALIZED (
    SELECT e.story_no, e.field = 'title' AS in_title, e.start_char + 1 AS first, e.end_char - e.start_char AS size
    FROM organization_story([$key], $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
    JOIN evidence AS e USING (story_no)
    WHERE e.kind = 'organization' AND e.tag_id = substring($key, length('organization:') + 1)
),
told AS MATERIALIZED (
    SELECT s.story_no, trim(substring(if(c.in_title, s.title, s.body), c.first, c.size)) AS spelling
    FROM story_fact AS s JOIN slice AS c USING (story_no)
)
SELECT spelling, count(DISTINCT story_no) AS stories
FROM told WHERE spelling <> '' GROUP BY spelling ORDER BY stories DESC, spelling LIMIT 12

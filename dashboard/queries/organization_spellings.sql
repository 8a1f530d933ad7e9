-- By which words the newest 10,000 of the counted stories name one organization, in how many stories each: more stories would not tell more
-- of its names. Evidence is asked for the id alone, by which whole blocks of it are passed over; not for a key that would have to be made
-- of each row.
WITH newest AS MATERIALIZED (
    SELECT story_no
    FROM organization_story([$key], $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
    ORDER BY day DESC, story_no DESC LIMIT 10_000
),
slice AS MATERIALIZED (
    SELECT e.story_no, e.field = 'title' AS in_title, e.start_char + 1 AS first, e.end_char - e.start_char AS size
    FROM newest JOIN evidence AS e USING (story_no)
    WHERE e.kind = 'organization' AND e.tag_id = substring($key, length('organization:') + 1)
),
told AS MATERIALIZED (
    SELECT s.story_no, trim(substring(if(c.in_title, s.title, s.body), c.first, c.size)) AS spelling
    FROM story_fact AS s JOIN slice AS c USING (story_no)
)
SELECT spelling, count(DISTINCT story_no) AS stories
FROM told WHERE spelling <> '' GROUP BY spelling ORDER BY stories DESC, spelling LIMIT 12

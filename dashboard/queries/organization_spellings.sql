-- By which words the counted stories name one organization, in how many stories each.
SELECT spelling, count(DISTINCT story_no) AS stories
FROM (
    SELECT b.story_no, trim(substring(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, e.start_char + 1, e.end_char - e.start_char)) AS spelling
    FROM organization_story([$key], $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
    JOIN evidence AS e USING (story_no) JOIN story_fact AS s USING (story_no)
    WHERE e.kind = 'organization' AND 'organization:' || e.tag_id = $key
)
WHERE spelling <> '' GROUP BY spelling ORDER BY stories DESC, spelling LIMIT 12

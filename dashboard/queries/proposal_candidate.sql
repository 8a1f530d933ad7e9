-- How stories spell one organization that no seed lists, and the newest that name it.
WITH named AS (
    SELECT f.story_no, f.day, o.id FROM organization_fact AS f JOIN organization AS o USING (organization_no) WHERE o.id = $id AND f.is_lead
)
SELECT (SELECT list(DISTINCT substring(if(e.field = 'title', s.title, s.body), e.start_char + 1, e.end_char - e.start_char))
        FROM evidence AS e JOIN named AS n ON n.story_no = e.story_no AND e.tag_id = n.id JOIN story_fact AS s ON s.story_no = e.story_no
        WHERE e.kind = 'organization') AS spellings,
       (SELECT list(s.story_id ORDER BY n.day DESC, n.story_no) FROM named AS n JOIN story_fact AS s USING (story_no)) AS stories

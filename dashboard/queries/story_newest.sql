-- The newest stories on any of several lines, each once; columns as in story_list. Lines are told by three lists, and $unit, as in coverage_parts.
-- Asked for a few days it looks at their stories alone.
WITH line AS (SELECT unnest($keys) AS key, unnest($withins) AS within, unnest($of_sources) AS source),
base AS MATERIALIZED (
    SELECT story_no, source_no, day
    FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
wanted AS MATERIALIZED (
    SELECT k.line_no, w.line_no AS within_no, s.source_no
    FROM line AS l JOIN line_key AS k USING (key) LEFT JOIN line_key AS w ON w.key = l.within LEFT JOIN source AS s ON s.id = l.source
    WHERE (l.within = '' OR w.key IS NOT NULL) AND (l.source = '' OR s.id IS NOT NULL)
),
fact AS MATERIALIZED (
    SELECT b.story_no, b.source_no, b.day, f.line_no FROM line_fact AS f JOIN base AS b USING (story_no)
    WHERE f.line_no IN (SELECT line_no FROM wanted UNION ALL SELECT within_no FROM wanted)
),
page AS MATERIALIZED (
    SELECT DISTINCT f.day, f.story_no, f.source_no
    FROM wanted AS l JOIN fact AS f USING (line_no) LEFT JOIN fact AS w ON w.line_no = l.within_no AND w.story_no = f.story_no
    WHERE (l.source_no IS NULL OR l.source_no = f.source_no) AND (l.within_no IS NULL OR w.story_no IS NOT NULL)
    ORDER BY f.day DESC, f.story_no LIMIT $at_most
)
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       p.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM page AS p JOIN story_fact AS s USING (story_no) JOIN source AS src ON src.source_no = p.source_no
ORDER BY p.day DESC, s.story_no

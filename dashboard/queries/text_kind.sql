-- What most of the counted stories are: headlines, abstracts, digests or full texts.
SELECT s.text_kind, count(*) AS n
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN story_fact AS s USING (story_no)
GROUP BY s.text_kind ORDER BY n DESC LIMIT 1

-- What this snapshot holds, for the line on top of each page.
SELECT (SELECT max(day) FROM source_day) AS newest_day,
       (SELECT min(day) FROM source_day) AS oldest_day,
       (SELECT count(*) FROM story_fact) AS stories,
       (SELECT count(DISTINCT source_no) FROM source_day) AS sources,
       (SELECT max(clock) FROM run) AS clock,
       (SELECT count(*) FROM story_fact WHERE NOT is_lead) AS copies,
       (SELECT count(*) FROM story_fact WHERE form = 'letter') AS letters,
       NOT EXISTS (FROM source AS src WHERE kind <> 'newsletter' AND source_no IN (SELECT source_no FROM source_day)) AS newsletters_only,
       newest.tagger,
       (SELECT count(*) FROM story_fact WHERE tagger = newest.tagger) AS tagged_alike
FROM (SELECT tagger FROM run ORDER BY snapshot DESC LIMIT 1) AS newest

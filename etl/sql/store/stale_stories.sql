-- Stories whose tags another lexicon, other weights or an earlier text gave; new ones have no tagger yet.
SELECT story_no, coalesce(external_id, story_id) AS id, title, body
FROM story_fact WHERE tagger <> $tagger ORDER BY story_no LIMIT $most;

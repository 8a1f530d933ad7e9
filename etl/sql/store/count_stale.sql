-- Stories to tag, and how many of them have no tags at all yet: those come first.
SELECT count(*) AS stale, count(*) FILTER (tagger = '') AS fresh FROM story_fact WHERE tagger <> $tagger;

-- warn
-- Stories still have the tags of another lexicon or other weights: a line's step may be the tagger's, not the news'. The next runs go
-- on, `ainews retag` does it at once.
SELECT tagger, count(*) AS stories FROM story_fact
WHERE tagger <> (SELECT tagger FROM run ORDER BY snapshot DESC LIMIT 1) GROUP BY tagger;

-- fail
-- Stories are tagged by different lexicons or weights: a line's step may be the tagger's, not the news'.
SELECT tagger, count(*) AS stories FROM story_fact
WHERE (SELECT count(DISTINCT tagger) FROM story_fact) > 1 OR tagger = '' GROUP BY tagger;

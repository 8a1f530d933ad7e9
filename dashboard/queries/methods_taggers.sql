-- Which versions of the tagger gave the tags, with how many stories each tagged.
SELECT tagger, count(*) AS n FROM story_fact GROUP BY tagger ORDER BY n DESC, tagger

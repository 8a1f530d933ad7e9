-- fail
-- Stories have no tags because nobody tagged them: every line would count them among what it is a share of.
SELECT count(*) AS stories FROM story_fact WHERE tagger = '' HAVING count(*) > 0;

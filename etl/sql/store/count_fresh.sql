SELECT count(*) FROM story_fact WHERE tagger = '';

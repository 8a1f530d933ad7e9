UPDATE story_fact SET tagger = $tagger FROM tagged AS t WHERE t.story_no = story_fact.story_no;

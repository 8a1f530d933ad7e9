-- Stories that wait for the tagger and are in a language that it does not read.
CREATE OR REPLACE TEMP TABLE tagged AS SELECT story_no FROM story_fact WHERE tagger <> $tagger AND NOT tagged_language(language);

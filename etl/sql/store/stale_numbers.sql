-- Stories whose tags another lexicon, other weights or an earlier text gave; those that have none yet come first.
SELECT story_no FROM story_fact WHERE tagger <> $tagger ORDER BY tagger <> '', story_no;

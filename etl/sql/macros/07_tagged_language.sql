-- Whether stories in this language (ISO 639-1, maybe with a region) are tagged: the tagger reads English alone. A share counts only
-- stories that could have received the tag.
CREATE OR REPLACE MACRO tagged_language(code) AS (code = 'en' OR starts_with(code, 'en-'));

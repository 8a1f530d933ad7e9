-- fail
-- A story has no title, no source language or no usable kind of text: it can't be read, or is compared with what it is not.
SELECT story_id, title FROM story_fact
WHERE trim(title) = '' OR language = '' OR text_kind NOT IN ('headline', 'abstract', 'digest', 'full')
   OR form NOT IN ('news', 'letter', 'opinion', 'promotion', 'void') OR date_from NOT IN ('document', 'manifest', 'address', 'fetch', 'desk');

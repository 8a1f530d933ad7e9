-- Identity (number, id, cluster, first run) stays: only what the source may change is taken from the new reading.
-- Without a tagger the story is tagged again.
UPDATE story_fact SET
    external_id = i.external_id, title = i.title, body = i.body, url = i.url, published = i.published, day = i.day,
    date_from = i.date_from, text_kind = i.text_kind, form = i.form, language = i.language, section = i.section,
    parts = i.parts, captions = i.captions, content_hash = i.content_hash, tagger = '', last_run = i.last_run
FROM incoming AS i WHERE i.story_no = story_fact.story_no;

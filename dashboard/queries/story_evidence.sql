-- The slices that speak for the tags of these stories, with each tag's name. Of a topic's words those that carry the tag: at least
-- a third of the strongest one's weight. Marking each word that adds a little would look like noise; `ainews explain` lists all.
SELECT e.story_no, e.kind, e.tag_id, e.field, e.start_char, e.end_char, e.weight,
       coalesce(t.short, o.name, r.name, e.tag_id) AS name
FROM evidence AS e
LEFT JOIN topic AS t ON e.kind = 'topic' AND t.id = e.tag_id
LEFT JOIN organization AS o ON e.kind = 'organization' AND o.id = e.tag_id
LEFT JOIN region AS r ON e.kind = 'region' AND r.code = e.tag_id
WHERE e.kind IN ('topic', 'organization', 'region') AND e.story_no IN (SELECT unnest($stories))
QUALIFY e.weight IS NULL OR e.weight >= max(e.weight) OVER (PARTITION BY e.story_no, e.kind, e.tag_id) / 3
ORDER BY e.story_no, e.field, e.start_char

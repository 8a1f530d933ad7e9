-- Organizations or regions whose name holds this text, those that begin with it first; at most 30. Listed ones before unlisted ones.
SELECT id, name, known FROM (
    SELECT id, name, known FROM organization WHERE $kind = 'organization'
    UNION ALL SELECT code, name, true FROM region WHERE $kind = 'region'
)
WHERE contains(search_fold(name), search_fold($text))
ORDER BY search_fold(name) = search_fold($text) DESC, starts_with(search_fold(name), search_fold($text)) DESC, known DESC, len(name), name LIMIT 30

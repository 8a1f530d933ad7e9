-- Every source that the catalog names, with stories or without.
SELECT id, name, enabled FROM source ORDER BY id

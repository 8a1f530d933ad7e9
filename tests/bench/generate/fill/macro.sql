-- The digests of etl/identity.py and etl/decide.py, so that a run over the same archive finds nothing changed.
CREATE OR REPLACE TEMP MACRO short_digest(text) AS left(sha256(text), 16);
CREATE OR REPLACE TEMP MACRO piece_digest(title, body, url) AS short_digest(
    '[' || to_json(title)::VARCHAR || ', ' || to_json(body)::VARCHAR || ', "news", null, [], [], ' || to_json(url)::VARCHAR || ']');
CREATE OR REPLACE TEMP MACRO story_digest(piece, external_id, day) AS short_digest(
    concat_ws(chr(0), piece, external_id, day::VARCHAR || ' 00:00:00', day::VARCHAR, 'document', 'abstract', 'en'));
CREATE OR REPLACE TEMP MACRO document_digest(pieces, ids, day) AS short_digest(
    '[null, "' || day::VARCHAR || '", "' || day::VARCHAR || ' 00:00:00", "document", "abstract", null, "en", ["'
    || list_aggregate(pieces, 'string_agg', '", "') || '"], ["' || list_aggregate(ids, 'string_agg', '", "') || '"], []]');

-- Lines that gather something else than they did, or are no more, go with their stories.
CREATE OR REPLACE TEMP TABLE line_stale AS
SELECT k.line_no FROM line_key AS k LEFT JOIN line_now() AS n USING (key, kind) WHERE n.members IS DISTINCT FROM k.members;
DELETE FROM line_fact WHERE line_no IN (SELECT line_no FROM line_stale);
DELETE FROM line_key WHERE line_no IN (SELECT line_no FROM line_stale);
DROP TABLE line_stale;

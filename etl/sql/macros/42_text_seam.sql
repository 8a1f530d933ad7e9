-- Where the counted stories of a source change what they are, so that words before and after are not compared alike (STATISTICS 20):
-- `kind` is 'text' (headline, abstract, digest, full) or 'tagger' (the version whose tags stand on them); `day` is the first on which
-- most are `becomes` where most were `was`.
-- The rule: of the stories on the 10 publishing days before, at least two thirds are of one value; of those on the 10 from that day
-- on, at least two thirds of another, which that day itself has; on either side stand at least 5 stories. Of neighbouring days on
-- which that holds, the one that parts the two best is the seam. So a few odd stories make none, nor does a mix that shifts slowly;
-- a new kind of text does with its first issue.
-- Arguments as in base_story. Sources that hold one value alone are left at once: nearly all are.
CREATE OR REPLACE MACRO text_seam(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH suspect AS MATERIALIZED (
    SELECT source_no FROM story_fact GROUP BY source_no HAVING min(text_kind) <> max(text_kind) OR min(tagger) <> max(tagger)
),
base AS MATERIALIZED (
    SELECT b.source_no, b.day, s.text_kind, s.tagger, count(*) AS n
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
    JOIN story_fact AS s USING (story_no)
    WHERE b.source_no IN (FROM suspect) AND s.source_no IN (FROM suspect)
    GROUP BY ALL
),
held AS (
    SELECT 'text' AS kind, source_no, day, text_kind AS value, CAST(sum(n) AS BIGINT) AS n FROM base GROUP BY ALL
    UNION ALL
    SELECT 'tagger', source_no, day, tagger, CAST(sum(n) AS BIGINT) FROM base GROUP BY ALL
),
several AS (
    SELECT kind, source_no FROM held GROUP BY ALL HAVING count(DISTINCT value) > 1
),
mixed AS MATERIALIZED (
    SELECT * FROM held SEMI JOIN several USING (kind, source_no)
),
spot AS (
    SELECT d.*, v.value, coalesce(m.n, 0) AS n
    FROM (SELECT kind, source_no, day, row_number() OVER (PARTITION BY kind, source_no ORDER BY day) AS place
          FROM (SELECT DISTINCT kind, source_no, day FROM mixed)) AS d
    JOIN (SELECT DISTINCT kind, source_no, value FROM mixed) AS v USING (kind, source_no)
    LEFT JOIN mixed AS m USING (kind, source_no, day, value)
),
around AS (
    SELECT kind, source_no, day, place, value, n,
           coalesce(sum(n) OVER (line ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING), 0) AS n_before,
           sum(n) OVER (line ROWS BETWEEN CURRENT ROW AND 9 FOLLOWING) AS n_after
    FROM spot WINDOW line AS (PARTITION BY kind, source_no, value ORDER BY place)
),
side AS (
    SELECT kind, source_no, day, place,
           arg_max(value, n_before) AS was, max(n_before) / nullif(sum(n_before), 0) AS share_before,
           arg_max(value, n_after) AS becomes, arg_max(n, n_after) AS n_new, max(n_after) / nullif(sum(n_after), 0) AS share_after
    FROM around GROUP BY ALL
    HAVING sum(n_before) >= 5 AND sum(n_after) >= 5
),
parted AS (
    SELECT *, share_before + share_after - place / 1e9 AS how_well  -- of equals the first
    FROM side WHERE was <> becomes AND n_new > 0 AND share_before >= 2 / 3 AND share_after >= 2 / 3
)
SELECT p.kind, src.id AS source_id, p.day, p.was, p.becomes
FROM parted AS p JOIN source AS src USING (source_no)
QUALIFY how_well = max(how_well) OVER (PARTITION BY p.kind, source_no, was, becomes ORDER BY place RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING);

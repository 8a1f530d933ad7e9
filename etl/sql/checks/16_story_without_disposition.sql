-- fail
-- Stories came into a run without its ledger saying so, or the other way about.
WITH stored AS (
    SELECT s.first_run AS run_id, src.id AS source_id, count(*) AS n
    FROM story_fact AS s JOIN source AS src USING (source_no) WHERE s.first_run = newest_run() GROUP BY ALL
), said AS (
    SELECT run_id, source_id, sum(n) AS n FROM ledger
    WHERE level = 'piece' AND disposition IN ('new', 'copy') AND run_id = newest_run() GROUP BY ALL
)
SELECT run_id, source_id, coalesce(stored.n, 0) AS stored, coalesce(said.n, 0) AS said
FROM stored FULL JOIN said USING (run_id, source_id)
WHERE coalesce(stored.n, 0) <> coalesce(said.n, 0);

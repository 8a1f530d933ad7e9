-- A line's share over several sources from its k and n of each, as aggregates over the sources of one period: sums over sums
-- (STATISTICS 1), or where sources weigh the same the mean of their shares (STATISTICS 17).
CREATE OR REPLACE MACRO pooled_share(k, n, weighed) AS CASE WHEN weighed THEN avg(k / n) ELSE sum(k) / sum(n) END;

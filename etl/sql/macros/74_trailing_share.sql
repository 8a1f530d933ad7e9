-- The share over a trailing window (STATISTICS 16): for each row of a line the sum of k by the sum of n over `back` periods that end with it
-- (STATISTICS 1), with its likely range. The lists are rows of one length: line, period, k, n; a gap is a row with n NULL, has no value
-- and adds nothing to the windows that hold it. A row has a value only where the line began `back` periods before.
CREATE OR REPLACE MACRO trailing_share(keys, periods, ks, ns, back) AS TABLE
WITH point AS (
    SELECT unnest(keys) AS key, unnest(periods) AS period, unnest(ks) AS k, unnest(ns) AS n
),
summed AS (
    SELECT
        key, period, n AS its_own, row_number() OVER (PARTITION BY key ORDER BY period) AS place,
        CAST(sum(k) OVER trail AS BIGINT) AS k, CAST(sum(n) OVER trail AS BIGINT) AS n
    FROM point
    WINDOW trail AS (PARTITION BY key ORDER BY period ROWS BETWEEN back - 1 PRECEDING AND CURRENT ROW)
)
SELECT key, period, k, n, k / n AS share, wilson_low(k, n) AS low, wilson_high(k, n) AS high FROM summed
WHERE its_own IS NOT NULL AND place >= back;

-- Likely ranges of both lines over all periods: k of n (STATISTICS 7).
SELECT line, k, n, wilson_low(k, n) AS low, wilson_high(k, n) AS high
FROM (SELECT unnest(['before', 'after']) AS line, unnest([CAST($k_before AS BIGINT), CAST($k_after AS BIGINT)]) AS k, CAST($n AS BIGINT) AS n)

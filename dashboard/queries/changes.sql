-- For each line the clearest change between two of the periods given: the pair whose likely range of the difference stays farthest from
-- no change, judged by its near end (STATISTICS 8, 10). The lists are rows of one length: line, period, k, n; the caller leaves out what
-- is not compared (STATISTICS 9, 12). Lines without an established change have no row.
WITH point AS (
    SELECT unnest($keys) AS key, unnest($periods) AS period, unnest($ks) AS k, unnest($ns) AS n
),
pair AS (
    SELECT a.key, a.period AS period_1, a.k AS k_1, a.n AS n_1, b.period AS period_2, b.k AS k_2, b.n AS n_2,
           newcombe_low(a.k, a.n, b.k, b.n) AS low, newcombe_high(a.k, a.n, b.k, b.n) AS high
    FROM point AS a JOIN point AS b ON b.key = a.key AND b.period > a.period
)
SELECT *, greatest(low, -high) AS near_end
FROM pair WHERE low > 0 OR high < 0
QUALIFY row_number() OVER (PARTITION BY key ORDER BY near_end DESC, period_2 DESC, period_1 DESC) = 1
ORDER BY near_end DESC

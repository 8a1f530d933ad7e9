-- For each line the clearest change between two whole periods: the pair whose likely range of the difference stays farthest from
-- no change, judged by its near end (STATISTICS 8, 10, 12). Lines without an established change have no row.
WITH point AS (
    SELECT c.key, c.period, c.k, c.n
    FROM coverage($keys, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS c
    JOIN period_state($grain, $sources, $need_each, $from_day, $to_day, $clock) AS p USING (period)
    WHERE p.state = 'whole' AND c.n >= 20
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

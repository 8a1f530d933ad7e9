CREATE OR REPLACE MACRO binomial_at_least(k, n, p) AS
    least(1.0, list_sum(list_transform(generate_series(CAST(k AS BIGINT), CAST(least(n, greatest(k, n * p) + 4.5 * sqrt(n) + 30) AS BIGINT)),
                                       lambda i: binomial_point(i, n, p))));

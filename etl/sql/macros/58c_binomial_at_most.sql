CREATE OR REPLACE MACRO binomial_at_most(k, n, p) AS
    least(1.0, list_sum(list_transform(generate_series(CAST(greatest(0, least(k, n * p) - 4.5 * sqrt(n) - 30) AS BIGINT), CAST(k AS BIGINT)),
                                       lambda i: binomial_point(i, n, p))));

-- The probability of at most k where `mean` are usual (Poisson), summed exactly and in logarithms, so that thousands a week do too.
CREATE OR REPLACE MACRO poisson_cdf(k, mean) AS
CASE WHEN k IS NULL OR mean IS NULL THEN NULL
     WHEN k < 0 THEN 0.0
     WHEN mean <= 0 THEN 1.0
     ELSE least(1.0, list_sum(list_transform(generate_series(0, CAST(k AS BIGINT)),
                                             lambda i: exp(i * ln(mean) - mean - lgamma(i + 1))))) END;

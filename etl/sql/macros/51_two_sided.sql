-- The probability that a standard normal value lies at least so far from 0: erfc(|z| / sqrt 2), with a relative error below 1.2e-7
-- everywhere (Numerical Recipes, section 6.2, Chebyshev fitting), so that small ones can be ranked too. 1.96 -> 0.05.
CREATE OR REPLACE MACRO half_weight(z) AS 1 / (1 + abs(z) / sqrt(2.0) / 2);
CREATE OR REPLACE MACRO two_sided(z) AS
    half_weight(z) * exp(-z * z / 2 - 1.26551223 + half_weight(z) * (1.00002368 + half_weight(z) * (0.37409196
        + half_weight(z) * (0.09678418 + half_weight(z) * (-0.18628806 + half_weight(z) * (0.27886807 + half_weight(z) * (-1.13520398
        + half_weight(z) * (1.48851587 + half_weight(z) * (-0.82215223 + half_weight(z) * 0.17087277)))))))));

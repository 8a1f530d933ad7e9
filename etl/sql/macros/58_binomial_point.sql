-- The probability of at least, or at most, k of n where each is a hit with probability p: summed exactly in logarithms. Sums stop 9
-- standard deviations and 30 beyond k and the mean, where nothing is left, so that hundreds of thousands do too. 3 of 3 with p 0.5 -> 0.125.
CREATE OR REPLACE MACRO binomial_point(k, n, p) AS
    exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * ln(p) + (n - k) * ln(1 - p));

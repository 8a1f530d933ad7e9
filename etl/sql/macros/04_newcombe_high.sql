-- Upper end of the 95 % interval of p2 - p1 (STATISTICS 8). 8 of 40 -> 14 of 40: +0.332.
CREATE OR REPLACE MACRO newcombe_high(k1, n1, k2, n2) AS
    CASE WHEN n1 > 0 AND n2 > 0 THEN
        (k2 / n2 - k1 / n1)
        + sqrt(pow(wilson_high(k2, n2) - k2 / n2, 2) + pow(k1 / n1 - wilson_low(k1, n1), 2))
    END;

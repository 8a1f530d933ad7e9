-- Lower end of the 95 % interval of p2 - p1 (STATISTICS 8; Newcombe 1998, Statistics in Medicine 17:873, method 10).
-- 8 of 40 -> 14 of 40: -0.046.
CREATE OR REPLACE MACRO newcombe_low(k1, n1, k2, n2) AS
    CASE WHEN n1 > 0 AND n2 > 0 THEN
        (k2 / n2 - k1 / n1)
        - sqrt(pow(k2 / n2 - wilson_low(k2, n2), 2) + pow(wilson_high(k1, n1) - k1 / n1, 2))
    END;

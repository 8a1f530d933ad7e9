-- Lower end of the 95 % Wilson score interval for k of n (STATISTICS 7; Wilson 1927, JASA 22:209). NULL for n = 0.
-- n may be an effective number of stories where weights enter. 3 of 20 -> 0.052; 0 of 40 -> 0.
-- Only divided, never multiplied: a product of counts would not fit their type.
CREATE OR REPLACE MACRO wilson_low(k, n) AS
    CASE WHEN n > 0 THEN greatest(0.0,
        (k / n + 3.841458820694124 / 2 / n
         - 1.959963984540054 * sqrt((k / n) * (1 - k / n) / n + 3.841458820694124 / 4 / n / n))
        / (1 + 3.841458820694124 / n))
    END;

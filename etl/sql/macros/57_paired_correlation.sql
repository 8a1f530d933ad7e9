-- Ends of the 95 % interval of p_a - p_b where both are shares of the same stories, so that a story may be on both lines (STATISTICS 8):
-- Newcombe 1998, Statistics in Medicine 17:2635 (paired data), method 10, Wilson's ends with the corrected correlation of the two.
-- on_both, only_a, only_b, n: numbers of stories, which may be effective ones. NULL for n = 0. Newcombe's own 1 and 12, 2 and 35, that is
-- (36, 12, 2, 50): 0.0569 to 0.3404.
CREATE OR REPLACE MACRO paired_correlation(on_both, only_a, only_b, n) AS
    CASE WHEN least(on_both + only_a, on_both + only_b, n - on_both - only_a, n - on_both - only_b) <= 0 THEN 0.0
         ELSE (CASE WHEN on_both * (n - on_both - only_a - only_b) > only_a * only_b
                    THEN greatest(on_both * (n - on_both - only_a - only_b) - only_a * only_b - n / 2, 0.0)
                    ELSE on_both * (n - on_both - only_a - only_b) - only_a * only_b END)
              / sqrt(on_both + only_a) / sqrt(on_both + only_b) / sqrt(n - on_both - only_a) / sqrt(n - on_both - only_b) END;

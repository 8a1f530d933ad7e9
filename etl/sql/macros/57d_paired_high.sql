CREATE OR REPLACE MACRO paired_high(on_both, only_a, only_b, n) AS
    (only_a - only_b) / n + paired_reach(wilson_high(on_both + only_a, n) - (on_both + only_a) / n,
                                         (on_both + only_b) / n - wilson_low(on_both + only_b, n),
                                         paired_correlation(on_both, only_a, only_b, n));

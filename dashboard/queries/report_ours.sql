-- Each line in the field against ours, as the page Gaps counts it, the clearest difference first (STATISTICS 10, 22).
SELECT * EXCLUDE (key_a, key_b), key_a AS key, wilson_low(k_1, n_1) AS low_1, wilson_high(k_1, n_1) AS high_1,
       wilson_low(k_2, n_2) AS low_2, wilson_high(k_2, n_2) AS high_2
FROM gap_cell($keys, ['*'], $ours, $field, $grain, $periods, $up_to) ORDER BY near_end DESC, key

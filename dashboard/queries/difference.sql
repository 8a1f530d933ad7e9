-- The likely range of the difference of two shares of different stories (STATISTICS 8).
SELECT newcombe_low($k_1, $n_1, $k_2, $n_2) AS low, newcombe_high($k_1, $n_1, $k_2, $n_2) AS high

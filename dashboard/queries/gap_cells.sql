-- Desks (or a desk's topics) by areas: ours against the field, the clearest difference first (STATISTICS 10, 23).
FROM gap_cell($rows, $columns, $ours, $field, $grain, $periods, $up_to) ORDER BY near_end DESC, key_a, key_b

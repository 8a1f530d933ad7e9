CREATE OR REPLACE MACRO paired_reach(part_a, part_b, correlation) AS
    sqrt(greatest(part_a * part_a - 2 * correlation * part_a * part_b + part_b * part_b, 0.0));

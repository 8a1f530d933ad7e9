-- Last day of that period.
CREATE OR REPLACE MACRO period_end(at_start, at_grain) AS CAST(
    CASE at_grain
        WHEN 'day' THEN at_start
        WHEN 'week' THEN at_start + INTERVAL 6 DAY
        WHEN 'month' THEN at_start + INTERVAL 1 MONTH - INTERVAL 1 DAY
        WHEN 'quarter' THEN at_start + INTERVAL 3 MONTH - INTERVAL 1 DAY
        WHEN 'year' THEN at_start + INTERVAL 1 YEAR - INTERVAL 1 DAY
    END AS DATE);

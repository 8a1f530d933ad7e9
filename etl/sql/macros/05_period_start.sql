-- First day of the period of `at_grain` (day, week, month, quarter, year) that holds `at_day`; weeks are ISO weeks (STATISTICS 14).
CREATE OR REPLACE MACRO period_start(at_day, at_grain) AS CAST(date_trunc(at_grain, at_day) AS DATE);

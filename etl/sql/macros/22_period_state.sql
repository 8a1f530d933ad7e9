-- What each period shown is worth for the sources drawn as one: period_states says how that is judged (STATISTICS 12, 13, 17).
CREATE OR REPLACE MACRO period_state(at_grain, in_sources, need_each, from_day, to_day, at_clock) AS TABLE
FROM period_states(at_grain, in_sources, false, need_each, from_day, to_day, at_clock);

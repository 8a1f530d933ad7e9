-- The number of stories that its likely range rests on: all of them; weighed, the effective number (sum of weights)^2 / sum of squared
-- weights, a story of source s weighing 1 / n_s (STATISTICS 7).
CREATE OR REPLACE MACRO pooled_n(n, weighed) AS CASE WHEN weighed THEN pow(count(*), 2) / sum(1.0 / n) ELSE sum(n) END;

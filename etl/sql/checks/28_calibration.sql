-- fail
-- A row of the measured scores can't be: more right than looked at, or a mean outside its range. The page would say a wrong chance.
SELECT text_kind, low, high, n, "right", mean_score
FROM tag_calibration
WHERE NOT (0 <= low AND low < high AND high <= 1 AND "right" BETWEEN 0 AND n AND (n = 0 OR mean_score BETWEEN low AND high));

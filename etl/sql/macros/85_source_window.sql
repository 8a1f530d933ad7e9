-- The last windows of a source's output; window_no 1 is the newest. Where its rhythm is by issues a window is `size` issues, days on
-- which it published, counted back from the newest; else `size` ISO weeks, counted back from the week of its newest story, or from the
-- last week that has ended by the clock (STATISTICS 12); days that begin after the clock are of no window. units: issues, or weeks with
-- stories. Windows that begin before the source did are left out, but for the newest.
CREATE OR REPLACE MACRO source_window(of_source, size, many, at_clock) AS TABLE
WITH published AS (
    SELECT d.day, row_number() OVER (ORDER BY d.day DESC) AS place, src.rhythm = 'issue' AS by_issue
    FROM source_day AS d JOIN source AS src USING (source_no) WHERE src.id = of_source AND d.day < at_clock
),
span AS (
    SELECT CAST(least(date_trunc('week', max(day)), date_trunc('week', CAST(at_clock AS DATE)) - INTERVAL 7 DAY) AS DATE) AS newest,
           CAST(date_trunc('week', min(day)) AS DATE) AS oldest
    FROM published WHERE NOT by_issue
),
week AS (
    SELECT CAST(n AS BIGINT) AS window_no, CAST(newest - 7 * (size * n - 1) * INTERVAL 1 DAY AS DATE) AS first_day,
           CAST(newest + INTERVAL 6 DAY - 7 * size * (n - 1) * INTERVAL 1 DAY AS DATE) AS last_day, oldest
    FROM span, generate_series(1, many) AS s(n) WHERE oldest IS NOT NULL
)
SELECT (place - 1) // size + 1 AS window_no, min(day) AS first_day, max(day) AS last_day, count(*) AS units
FROM published WHERE by_issue AND (place - 1) // size < many
GROUP BY (place - 1) // size HAVING count(*) = size OR (place - 1) // size = 0
UNION ALL
SELECT w.window_no, w.first_day, w.last_day,
       (SELECT count(DISTINCT date_trunc('week', p.day)) FROM published AS p WHERE p.day BETWEEN w.first_day AND w.last_day)
FROM week AS w WHERE w.first_day >= w.oldest OR w.window_no = 1;
-- The counted stories of the last windows of a source, each with its window.
CREATE OR REPLACE MACRO window_story(of_source, size, many, at_clock) AS TABLE
WITH shown AS MATERIALIZED (FROM source_window(of_source, size, many, at_clock))
SELECT w.window_no, b.story_no, b.day
FROM base_story([of_source], (SELECT min(first_day) FROM shown), NULL, false, 'story', NULL, NULL, NULL) AS b
JOIN shown AS w ON b.day BETWEEN w.first_day AND w.last_day;

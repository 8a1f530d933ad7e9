-- Each country's, area's and leftover category's share of all counted stories, by one way of looking (region_place): k of n and the
-- likely range (STATISTICS 1, 7). Areas are closed, Africa means its countries too, and count a story once. A region without stories is
-- 0 with its upper end: no stories is not no coverage (7, 13). kind: 'country', 'group' or 'left' for what belongs nowhere, which is
-- shown too (5): 'none' (nothing is known of any place), 'passing' (places are named in passing alone), 'wide' (areas alone, no country)
-- and 'unknown' (none of its homes is known). Where nothing is counted n is 0, and share and range are NULL.
-- Areas are held as the bits of a number. What stories have in common (place_member) is looked at once; the homes of a story's organizations
-- are gathered as the bits of two numbers, of 126 homes each (there are 249 countries), and then looked at once too.
-- Other arguments as in base_story.
CREATE OR REPLACE MACRO region_share(by_way, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH alike AS MATERIALIZED (
    SELECT if(by_way = 'published', source_no, places) AS set_no, count(*) AS n
    FROM base_story(if(by_way = 'home', CAST([] AS VARCHAR[]), in_sources), from_day, to_day, with_letters, in_unit,
                    about_any, about_all, about_none) GROUP BY set_no
),
single AS MATERIALIZED (
    SELECT story_no
    FROM base_story(if(by_way = 'home', in_sources, CAST([] AS VARCHAR[])), from_day, to_day, with_letters, in_unit,
                    about_any, about_all, about_none)
),
total AS (SELECT coalesce(CAST(sum(n) AS BIGINT), 0) + (SELECT count(*) FROM single) AS n FROM alike),
area AS (SELECT code, row_number() OVER (ORDER BY region_no) - 1 AS place FROM region WHERE kind = 'group'),
inside AS (
    SELECT r.region_no, r.kind = 'group' AS is_area, coalesce(bit_or(CAST(1 AS BIGINT) << CAST(a.place AS INTEGER)), 0) AS bits
    FROM region AS r
    LEFT JOIN (SELECT code, group_code FROM region_member UNION ALL SELECT code, code FROM region WHERE kind = 'group') AS m USING (code)
    LEFT JOIN area AS a ON a.code = m.group_code GROUP BY ALL
),
home AS MATERIALIZED (
    SELECT region_no, if(place < 126, CAST(1 AS HUGEINT) << (place % 126), 0) AS low, if(place < 126, 0, CAST(1 AS HUGEINT) << (place % 126)) AS high
    FROM (SELECT region_no, CAST(row_number() OVER (ORDER BY region_no) - 1 AS INTEGER) AS place
          FROM region WHERE code IN (SELECT country FROM organization))
),
homed AS MATERIALIZED (
    SELECT low, high, count(*) AS n, row_number() OVER () AS set_no
    FROM (SELECT f.story_no, coalesce(bit_or(h.low), 0) AS low, coalesce(bit_or(h.high), 0) AS high
          FROM organization_fact AS f JOIN single USING (story_no)
          LEFT JOIN (SELECT o.organization_no, home.low, home.high FROM organization AS o JOIN region AS r ON r.code = o.country JOIN home USING (region_no)) AS h
               USING (organization_no)
          WHERE f.role = 'focus' GROUP BY f.story_no)
    GROUP BY low, high
),
fact AS MATERIALIZED (
    SELECT set_no, p.region_no, p.holds, a.n FROM place_member(by_way) AS p JOIN alike AS a USING (set_no)
    UNION ALL
    SELECT h.set_no, home.region_no, true, h.n FROM homed AS h LEFT JOIN home ON h.low & home.low <> 0 OR h.high & home.high <> 0
),
told AS (
    SELECT any_value(f.n) AS n, coalesce(bit_or(i.bits) FILTER (f.holds), 0) AS bits, coalesce(bool_and(i.is_area) FILTER (f.holds), false) AS wide,
           NOT bool_or(f.holds) AS passing, count(f.region_no) = 0 AS unknown
    FROM fact AS f LEFT JOIN inside AS i USING (region_no) GROUP BY f.set_no
),
gathered AS MATERIALIZED (SELECT bits, wide, passing, unknown, sum(n) AS n FROM told GROUP BY ALL),
hit AS (
    SELECT r.code, sum(f.n) AS k FROM fact AS f JOIN region AS r USING (region_no) WHERE f.holds AND r.kind <> 'group' GROUP BY r.code
    UNION ALL SELECT a.code, sum(l.n) FROM gathered AS l JOIN area AS a ON l.bits >> CAST(a.place AS INTEGER) & 1 = 1 GROUP BY a.code
    UNION ALL SELECT 'wide', sum(n) FROM gathered WHERE wide
    UNION ALL SELECT 'passing', sum(n) FROM gathered WHERE passing
    UNION ALL SELECT 'unknown', sum(n) FROM gathered WHERE unknown
    UNION ALL SELECT 'none', any_value(total.n) - coalesce(sum(g.n), 0) FROM total LEFT JOIN gathered AS g ON true
),
line AS (
    SELECT code, name, alpha3, kind FROM region
    UNION ALL SELECT code, code, NULL, 'left' FROM (SELECT unnest(['none', 'passing', 'wide', 'unknown']) AS code)
),
counted AS (SELECT line.*, CAST(coalesce(hit.k, 0) AS BIGINT) AS k FROM line LEFT JOIN hit USING (code))
SELECT 'region:' || c.code AS key, c.code, c.name, c.alpha3, c.kind, c.k, t.n, c.k / nullif(t.n, 0) AS share,
       wilson_low(c.k, t.n) AS low, wilson_high(c.k, t.n) AS high
FROM counted AS c CROSS JOIN total AS t;

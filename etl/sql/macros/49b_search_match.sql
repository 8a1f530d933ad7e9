-- The stories that a search finds, each once. Lists of one length, a row of search_item each: terms, the item of each and its clause. A
-- story must match each clause above 0 by at least one item, all of an item's terms, and no item of clause 0.
-- driver: a term that every found story must have, best the rarest, whose stories are then all that are looked at; NULL for none.
-- Phrases are items whose terms must also follow each other: phrase_items. phrase_pattern finds in search_fold of a text wherever one of
-- them can be; phrase_streams say by search_stream whether it is there, or are '' where the pattern alone is sure, because splitting
-- into words is slow. What is usual needs no counting: words alone are whole as they are, and what one item finds is found.
CREATE OR REPLACE MACRO search_match(terms, items, clauses, driver, phrase_items, phrase_streams, phrase_pattern) AS TABLE
WITH item AS MATERIALIZED (
    SELECT unnest(terms) AS term_no, unnest(items) AS item_no, unnest(clauses) AS clause
),
size AS MATERIALIZED (SELECT item_no, clause, count(*) AS words FROM item GROUP BY item_no, clause),
held AS (
    SELECT i.item_no, p.story_no
    FROM posting AS p JOIN item AS i USING (term_no)
    WHERE driver IS NULL OR p.story_no IN (SELECT d.story_no FROM posting AS d WHERE d.term_no = driver)
),
whole AS MATERIALIZED (
    SELECT item_no, story_no FROM held WHERE len(terms) = len(list_distinct(items))
    UNION ALL
    SELECT c.item_no, c.story_no
    FROM (SELECT item_no, story_no, count(*) AS words FROM held WHERE len(terms) > len(list_distinct(items)) GROUP BY item_no, story_no) AS c
    JOIN size USING (item_no, words)
),
near AS MATERIALIZED (
    SELECT w.item_no, w.story_no, s.title, s.body
    FROM whole AS w JOIN story_fact AS s USING (story_no)
    WHERE CAST(phrase_streams AS VARCHAR[]) <> [''] AND list_contains(phrase_items, w.item_no)
      AND (regexp_matches(search_fold(s.title), phrase_pattern) OR regexp_matches(search_fold(s.body), phrase_pattern))
),
passed AS (
    SELECT item_no, story_no FROM whole WHERE NOT list_contains(phrase_items, item_no)
    UNION ALL
    SELECT w.item_no, w.story_no
    FROM whole AS w JOIN story_fact AS s USING (story_no)
    WHERE CAST(phrase_streams AS VARCHAR[]) = [''] AND list_contains(phrase_items, w.item_no)
      AND (regexp_matches(search_fold(s.title), phrase_pattern) OR regexp_matches(search_fold(s.body), phrase_pattern))
    UNION ALL
    SELECT n.item_no, n.story_no
    FROM near AS n JOIN (SELECT unnest(phrase_items) AS item_no, unnest(phrase_streams) AS stream) AS p USING (item_no)
    WHERE p.stream = '' OR contains(search_stream(n.title), p.stream) OR contains(search_stream(n.body), p.stream)
),
matched AS (SELECT DISTINCT z.clause, p.story_no FROM passed AS p JOIN size AS z USING (item_no) WHERE len(list_distinct(items)) > 1)
SELECT story_no FROM passed WHERE len(list_distinct(items)) = 1 AND list_min(clauses) > 0
UNION ALL
SELECT story_no FROM matched GROUP BY story_no
HAVING min(clause) > 0 AND count(*) = len(list_filter(list_distinct(clauses), lambda clause: clause > 0));

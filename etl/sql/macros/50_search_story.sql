-- Full-text search: the stories that match, each with its rank by BM25 (k1 1.2, b 0.75; a word in the title counts three more times).
-- Lists of one length, a row of search_item each: terms, the item and the number of stories of each, and its clause. A story must match
-- each clause above 0 by at least one item, all of an item's terms, and no item of clause 0.
-- driver: a term that every found story must have, best the rarest, whose stories are then all that are looked at; NULL for none.
-- Phrases are items whose terms must also follow each other: phrase_items. phrase_pattern finds in search_fold of a text wherever one of
-- them can be; phrase_streams say by search_stream whether it is there, or are '' where the pattern alone is sure, because splitting
-- into words is slow.
CREATE OR REPLACE MACRO search_story(terms, items, clauses, term_stories, driver, phrase_items, phrase_streams, phrase_pattern) AS TABLE
WITH item AS MATERIALIZED (
    SELECT unnest(terms) AS term_no, unnest(items) AS item_no, unnest(clauses) AS clause, unnest(term_stories) AS stories
),
held AS MATERIALIZED (
    SELECT p.term_no, p.story_no, p.frequency + CASE WHEN p.in_title THEN 3 ELSE 0 END AS times
    FROM posting AS p
    WHERE p.term_no IN (SELECT i.term_no FROM item AS i)
      AND (driver IS NULL OR p.story_no IN (SELECT d.story_no FROM posting AS d WHERE d.term_no = driver))
),
size AS (
    SELECT item_no, clause, count(*) AS words FROM item GROUP BY item_no, clause
),
whole AS MATERIALIZED (
    SELECT i.item_no, h.story_no FROM held AS h JOIN item AS i USING (term_no)
    GROUP BY i.item_no, h.story_no HAVING count(*) = (SELECT z.words FROM size AS z WHERE z.item_no = i.item_no)
),
near AS MATERIALIZED (
    SELECT w.item_no, w.story_no, s.title, s.body
    FROM whole AS w JOIN story_fact AS s USING (story_no)
    WHERE list_contains(phrase_items, w.item_no)
      AND (regexp_matches(search_fold(s.title), phrase_pattern) OR regexp_matches(search_fold(s.body), phrase_pattern))
),
phrase AS (
    SELECT n.item_no, n.story_no
    FROM near AS n JOIN (SELECT unnest(phrase_items) AS item_no, unnest(phrase_streams) AS stream) AS p USING (item_no)
    WHERE CASE WHEN p.stream = '' THEN true
               ELSE contains(search_stream(n.title), p.stream) OR contains(search_stream(n.body), p.stream) END
),
matched AS (
    SELECT DISTINCT z.clause, m.story_no
    FROM (SELECT item_no, story_no FROM whole WHERE NOT list_contains(phrase_items, item_no) UNION ALL FROM phrase) AS m
    JOIN size AS z USING (item_no)
),
found AS (
    SELECT story_no FROM matched GROUP BY story_no
    HAVING min(clause) > 0 AND count(*) = (SELECT count(DISTINCT z.clause) FROM size AS z WHERE z.clause > 0)
),
weight AS (
    SELECT DISTINCT i.term_no, ln(1 + (m.stories - i.stories + 0.5) / (i.stories + 0.5)) AS idf, m.words
    FROM item AS i, (SELECT count(*) AS stories, avg(words) AS words FROM posting_story) AS m WHERE i.clause > 0
)
SELECT f.story_no, round(sum(w.idf * 2.2 * h.times / (h.times + 0.3 + 0.9 * s.words / w.words)), 6) AS rank
FROM found AS f
JOIN held AS h USING (story_no)
JOIN weight AS w USING (term_no)
JOIN posting_story AS s USING (story_no)
GROUP BY f.story_no;

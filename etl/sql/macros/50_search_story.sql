-- Full-text search: the stories that match, each with its rank by BM25 (k1 1.2, b 0.75; a word in the title counts three more times).
-- term_stories: the number of stories of each term; the others as in search_match.
CREATE OR REPLACE MACRO search_story(terms, items, clauses, term_stories, driver, phrase_items, phrase_streams, phrase_pattern) AS TABLE
WITH found AS MATERIALIZED (FROM search_match(terms, items, clauses, driver, phrase_items, phrase_streams, phrase_pattern)),
weight AS MATERIALIZED (
    SELECT DISTINCT i.term_no, ln(1 + (m.stories - i.stories + 0.5) / (i.stories + 0.5)) AS idf, m.words
    FROM (SELECT unnest(terms) AS term_no, unnest(clauses) AS clause, unnest(term_stories) AS stories) AS i,
         (SELECT count(*) AS stories, avg(words) AS words FROM posting_story) AS m
    WHERE i.clause > 0
),
held AS (
    SELECT p.story_no, p.frequency + CASE WHEN p.in_title THEN 3 ELSE 0 END AS times, w.idf, w.words
    FROM posting AS p JOIN weight AS w USING (term_no) JOIN found USING (story_no)
)
SELECT h.story_no, round(sum(h.idf * 2.2 * h.times / (h.times + 0.3 + 0.9 * s.words / h.words)), 6) AS rank
FROM held AS h JOIN posting_story AS s USING (story_no)
GROUP BY h.story_no;

-- What is looked for, word by word: texts[i] is a word, or where quoted[i] a phrase. A text that splits into several words, such as
-- AI-powered, is a phrase like a quoted one, and `stream` is what search_stream must hold then. A text of signs alone has no row.
-- term_no is NULL and stories 0 for a word that no story has.
CREATE OR REPLACE MACRO search_item(texts, quoted) AS TABLE
WITH item AS (
    SELECT unnest(range(0, len(texts))) AS item_no, unnest(texts) AS told, unnest(quoted) AS is_quoted
),
split AS (
    SELECT item_no, is_quoted, search_words(told) AS parts, search_glued_words(told) AS glued FROM item
),
chosen AS (
    SELECT item_no, CASE WHEN is_quoted OR len(glued) > 1 THEN parts ELSE glued END AS parts FROM split
),
word AS (
    SELECT DISTINCT item_no, CASE WHEN len(parts) > 1 THEN ' ' || array_to_string(parts, ' ') || ' ' END AS stream, unnest(parts) AS word
    FROM chosen
)
SELECT w.item_no, w.word, w.stream, t.term_no, coalesce(t.stories, 0) AS stories
FROM word AS w LEFT JOIN term AS t ON t.term = left(w.word, 64)
ORDER BY w.item_no, w.word;

-- The former ids of topics with the present ones.
SELECT unnest(was) AS was, id FROM topic

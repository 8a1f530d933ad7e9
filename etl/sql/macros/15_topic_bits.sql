-- The lines of these keys that are made of topics, each with the bits of its topics in story_fact.topics: a story is on the line where the
-- two have a bit in common. 'topic:untagged' is bit 0. Keys of other kinds, and unknown ones, have no row.
CREATE OR REPLACE MACRO topic_bits(of_keys) AS TABLE
SELECT key, any_value(kind) AS kind, bit_or(CAST(1 AS HUGEINT) << no) AS bits
FROM (SELECT key, kind, unnest(CASE kind WHEN 'untagged' THEN [0] ELSE members END) AS no
      FROM line_key WHERE kind IN ('topic', 'group', 'untagged') AND list_contains(of_keys, key))
GROUP BY key;

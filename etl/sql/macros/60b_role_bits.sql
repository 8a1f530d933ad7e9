-- The bits of story_fact.roles of which one must be there for a story to count for any organization. by_role as in organization_counts.
CREATE OR REPLACE MACRO role_bits(by_role) AS CASE by_role WHEN 'focus' THEN 1 WHEN 'named' THEN 3 WHEN 'products' THEN 7 END;

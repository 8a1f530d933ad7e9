-- Whether a story counts for an organization that it holds in this role. by_role: 'focus' (the story is about it), 'named' (it names it
-- too) or 'products' (it names a product of it too). One that is only cited as a source never counts. A subsidiary counts for itself,
-- not for its parent: that is how tags are given.
CREATE OR REPLACE MACRO organization_counts(role, by_role) AS
    role = 'focus' OR (role = 'mention' AND by_role IN ('named', 'products')) OR (role = 'product' AND by_role = 'products');

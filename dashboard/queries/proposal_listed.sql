-- Ids that organizations of the word lists have.
SELECT id FROM organization WHERE known

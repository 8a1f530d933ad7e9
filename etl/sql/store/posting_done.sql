DELETE FROM posting_made;
INSERT INTO posting_made SELECT search_splitting();
DROP TABLE posting_changed;

DELETE FROM posting_made;
INSERT INTO posting_made VALUES (search_splitting() || $common);

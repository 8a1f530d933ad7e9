-- Words that full-text search knows, under dense numbers that are never reused. No index: a word is looked up by one scan.
CREATE TABLE term (
    term_no     INTEGER NOT NULL,
    term        VARCHAR NOT NULL,             -- as macro search_tokens gives it, cut at 64 characters
    stories     INTEGER NOT NULL              -- how many have it now; 0 where the last one lost it
);

-- By which splitting into words the postings were made, as macro search_splitting says it: another one makes them anew.
CREATE TABLE posting_made (
    splitting   VARCHAR NOT NULL
);

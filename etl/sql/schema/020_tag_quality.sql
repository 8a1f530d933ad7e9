-- Measured on stories that the tagger was not trained on; `tag_id` '*' is the total of its kind (STATISTICS 21).
CREATE TABLE tag_quality (
    kind        VARCHAR NOT NULL,
    tag_id      VARCHAR NOT NULL,
    text_kind   VARCHAR NOT NULL,
    n           INTEGER NOT NULL,             -- positives in the reference
    true_positive  INTEGER NOT NULL,
    false_positive INTEGER NOT NULL,
    false_negative INTEGER NOT NULL
);

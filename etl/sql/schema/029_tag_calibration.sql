-- What a score of a topic was worth: of those from `low` to below `high`, how many were right, over all topics together, on
-- stories that the weights in use did not see.
CREATE TABLE tag_calibration (
    text_kind   VARCHAR NOT NULL,
    low         FLOAT NOT NULL,
    high        FLOAT NOT NULL,
    n           INTEGER NOT NULL,
    "right"     INTEGER NOT NULL,             -- a reserved word, so it is quoted
    mean_score  FLOAT NOT NULL
);

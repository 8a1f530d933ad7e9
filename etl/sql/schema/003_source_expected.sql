-- The issues, days or months that a source's own rhythm leads to expect, its pauses left out (STATISTICS 12).
-- One row each, from the source's first day to the end of the year after the run's; `unit` repeats source.rhythm.
-- A month is named by its first day.
CREATE TABLE source_expected (
    source_no   INTEGER NOT NULL,
    day         DATE NOT NULL,
    unit        VARCHAR NOT NULL
);

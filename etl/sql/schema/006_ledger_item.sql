-- A row for each document and piece that did not end as 'unchanged'.
CREATE TABLE ledger_item (
    run_id      VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    level       VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    key         VARCHAR NOT NULL,             -- of a piece: its title or first words
    disposition VARCHAR NOT NULL,
    detail      VARCHAR NOT NULL DEFAULT ''
);

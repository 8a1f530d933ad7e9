-- How many bytes of each desk file this snapshot has applied; the rest is pending (contract 4).
CREATE TABLE desk_offset (
    file        VARCHAR PRIMARY KEY,
    bytes       BIGINT NOT NULL
);

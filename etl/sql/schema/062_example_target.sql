-- Targets that ship, from seeds/targets.toml: the band that a line's share of a source's stories should lie in. What the desk folder
-- says of the same name (key@source_id) goes over it.
CREATE TABLE example_target (
    name        VARCHAR PRIMARY KEY,
    position    INTEGER NOT NULL,
    key         VARCHAR NOT NULL,             -- topic:, desk:, group:, type: or region:
    source_id   VARCHAR NOT NULL,
    at_least    DECIMAL(5, 2),                -- percent, inclusive; NULL: no lower end
    at_most     DECIMAL(5, 2),
    why         VARCHAR NOT NULL
);

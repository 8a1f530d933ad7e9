-- An address with scheme and host in lower case and no slash at its end; the rest tells pages apart by case, too.
CREATE OR REPLACE MACRO plain_address(address) AS
    lower(regexp_extract(address, '^[^/]*//[^/]*')) || rtrim(regexp_replace(address, '^[^/]*//[^/]*', ''), '/');

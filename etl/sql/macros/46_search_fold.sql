-- Text as search compares it: small letters without accents.
CREATE OR REPLACE MACRO search_fold(told) AS lower(strip_accents(told));

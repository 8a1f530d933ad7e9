-- Copies that came, went or changed.
CREATE OR REPLACE TEMP TABLE copy_stored AS FROM copy_now;
DELETE FROM copy_fact WHERE story_no IN (SELECT story_no FROM (FROM copy_fact EXCEPT FROM copy_stored));
INSERT INTO copy_fact FROM copy_stored ANTI JOIN copy_fact USING (story_no) ORDER BY story_no;
DROP TABLE copy_stored;

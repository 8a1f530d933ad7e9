-- Checks that had found something when a snapshot was published all the same, with the reason that was given.
SELECT d.check_name, d.why, d.who, d."at", d.run_id FROM despite AS d ORDER BY d."at" DESC

-- The checks despite which the run of this snapshot was published, and why.
SELECT d.check_name, d.why FROM despite AS d JOIN run AS r USING (run_id) WHERE r.snapshot = $snapshot;

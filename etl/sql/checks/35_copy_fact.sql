-- fail
-- Copies differ from the stories that they repeat: stories would count twice, or not at all, where not all sources are chosen.
(FROM copy_now EXCEPT ALL FROM copy_fact) UNION ALL (FROM copy_fact EXCEPT ALL FROM copy_now);

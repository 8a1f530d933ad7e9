INSERT INTO cluster_join SELECT story_no, cluster_no, 1.0 FROM staged WHERE story_no <> cluster_no ORDER BY story_no;

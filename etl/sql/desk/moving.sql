CREATE OR REPLACE TEMP TABLE moving (story_no INTEGER, cluster_no INTEGER, lead_no INTEGER, similarity FLOAT);

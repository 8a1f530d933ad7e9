DELETE FROM fetch_state WHERE source_id IN (SELECT source_id FROM incoming);

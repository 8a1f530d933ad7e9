SELECT source_id, name, value FROM fetch_state;

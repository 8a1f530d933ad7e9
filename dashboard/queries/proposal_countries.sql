-- Countries that the data knows.
SELECT code, name FROM region WHERE kind = 'country' ORDER BY name

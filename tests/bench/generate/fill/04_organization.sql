-- Organizations that no seed lists get the next numbers in order of their ids.
INSERT INTO organization BY NAME
SELECT row_number() OVER (ORDER BY id) + (SELECT max(organization_no) FROM organization) AS organization_no, id, name, false AS known
FROM (
    SELECT tag.id AS id, any_value(tag.name) AS name
    FROM (SELECT unnest(organizations) AS tag FROM staged) WHERE NOT tag.known GROUP BY tag.id
) AS met
ANTI JOIN organization AS held USING (id);

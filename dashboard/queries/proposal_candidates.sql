-- Organizations that no seed lists, the most named first; at most so many, among them the one that is asked for.
SELECT o.id, any_value(o.name) AS name, count(*) AS stories
FROM organization_fact AS f JOIN organization AS o USING (organization_no) WHERE NOT o.known AND f.is_lead
GROUP BY o.id ORDER BY o.id = $also DESC, stories DESC, o.id LIMIT $at_most

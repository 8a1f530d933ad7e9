-- The types of the organizations that stories of a draft are about; those that no seed lists are 'unlisted'.
SELECT id, coalesce(type, 'unlisted') AS type FROM organization WHERE list_contains($organizations, id)

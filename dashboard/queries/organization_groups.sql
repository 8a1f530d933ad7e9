-- Share of voice of types of organizations, or of home countries, the largest first.
FROM organization_share($kind, $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY k DESC, key

-- The share of voice of one organization; no row where no story counts for it.
FROM organization_share('organization', $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
WHERE key = $key

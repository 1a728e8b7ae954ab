-- What retention has removed so far, by kind. Three rows.
select kind, removed, freed_bytes from retention order by kind limit 3

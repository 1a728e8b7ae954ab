-- Keeps how much an attempt tried. $1 attempt, $2 workload's seconds, $3 exposure, $4 at least, $5 at most, $6 is it estimated;
-- each null when unknown.
update attempt
set workload_seconds = $2::double precision, exposure = $3::bigint, exposure_low = $4::bigint, exposure_high = $5::bigint,
	is_exposure_estimated = $6::boolean
where id = $1::bigint

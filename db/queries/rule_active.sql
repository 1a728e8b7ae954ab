-- Rules that are tried on reports: active, and not given up too often. No row: there are none.
select id, pattern_version, pattern, target, arch, fs, tree_id, swept_at is null as is_sweeping,
	coalesce(swept_attempt_id, 9223372036854775807) as swept_attempt_id, coalesce(swept_byte, 0) as swept_byte
from rule
where state = 'active' and limit_hits < 10
order by id
limit 1000

-- The files of an attempt. $1 attempt; $2 names; $3 their SHA-256. A file that is not here whole is refused, for want of its SHA-256: that is
-- asked of the locked row, which retention may have emptied just now.
with given as (
	select name, sha256 from unnest($2::text[], $3::text[]) g (name, sha256)
), used as (
	update blob set used_at = now() from given where blob.sha256 = given.sha256 and blob.is_complete
	returning blob.sha256
)
insert into attempt_artifact (attempt_id, name, sha256)
select $1::bigint, given.name, used.sha256
from given left join used on used.sha256 = given.sha256
on conflict (attempt_id, name) do update set sha256 = excluded.sha256

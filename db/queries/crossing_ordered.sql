-- A crossing's run was ordered, or it cannot be. $1 crossing, $2 run or null, $3 why not or null.
with told as (
	insert into event (kind, subject_id) select 'bug', bug_id from crossing where id = $1::bigint
)
update crossing set run_id = $2::bigint, error = $3::text where id = $1::bigint

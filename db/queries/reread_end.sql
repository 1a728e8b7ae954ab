-- The pass has come through. $1 pass.
with emptied as (
	delete from reread_title where reread_id = $1::bigint
)
update reread set ended_at = now() where id = $1

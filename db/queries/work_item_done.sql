-- An item is done. $1 item.
delete from work_item where id = $1::bigint

-- Has a person decided anything about this bug? $1 bug. No row: there is no such bug.
select not bug_is_untouched(id) as is_touched from bug where id = $1::bigint

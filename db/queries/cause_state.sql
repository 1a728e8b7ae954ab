-- What became of the proposal that two bugs have one cause. $1 and $2 the bugs. No row: there was none.
select state from cause where first_id = least($1::bigint, $2::bigint) and second_id = greatest($1::bigint, $2::bigint)

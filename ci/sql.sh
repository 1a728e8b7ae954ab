#!/bin/bash
# The SQL tests, in TAP: the schema's rules and db/tests/*.sql, on a throw-away cluster with all migrations.
#   ci/sql.sh [FILE…]      only these files of db/tests
# A file of db/tests is plain SQL in a transaction that is rolled back; it fails by raising an error. What it executes is
# prepared before, from the file of that name in db/queries.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$REPO"

NUMBER=0
FAILED=0

# Reports one test; its output, when it failed, as diagnostics.
report() {
	local result=$1 name=$2 output=$3
	NUMBER=$((NUMBER + 1))
	if [[ $result -eq 0 ]]; then
		printf 'ok %d - %s\n' "$NUMBER" "$name"
	else
		FAILED=$((FAILED + 1))
		printf 'not ok %d - %s\n' "$NUMBER" "$name"
		printf '#   %s\n' "${output//$'\n'/$'\n#   '}" >&2
	fi
}

try() {
	local name=$1 output result=0
	shift
	output=$("$@" 2>&1) || result=$?
	report "$result" "$name" "$output"
}

sql() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

migrate() {
	local file
	for file in db/migrations/*.sql; do
		sql -1 -f "$file" >/dev/null
	done
}

# The queries that the server prepares.
queries() {
	local file
	for file in db/queries/*.sql; do
		[[ ! -f $file || $(head -n 1 "$file") == '-- unprepared'* ]] || printf '%s\n' "$file"
	done
}

# One session prepares all, goes on after an error, and names each file that has one.
queries_prepare() {
	local file output
	output=$(
		for file in $(queries); do
			cat <<-SQL
				\set VERBOSITY terse
				\set ON_ERROR_STOP 0
				prepare $(basename "$file" .sql) as
				$(sed -e 's/[[:space:]]*;[[:space:]]*$//' "$file")
				;
				\if :ERROR
				\warn $file
				\endif
			SQL
		done | psql -Xq 2>&1
	)
	[[ -z $output ]] || { printf '%s\n' "$output"; return 1; }
}

# A page's query answers one JSON column, and at most one row: tried with every parameter unknown.
pages_answer_json() {
	local file name types nulls rows bad=0
	for file in db/queries/page_*.sql; do
		[[ -f $file ]] || { echo "there are no page queries"; return 1; }
		name=$(basename "$file" .sql)
		types=$(printf '%s \\gdesc\n' "$(sed -e 's/[[:space:]]*;[[:space:]]*$//' "$file")" | sql -F ' ' | cut -d' ' -f2)
		[[ $types == json || $types == jsonb ]] || { echo "$file answers columns of types: $types"; bad=1; continue; }
		nulls=$(sql -c "prepare $name as $(cat "$file")" -c "select string_agg('null', ', ') from pg_prepared_statements, unnest(parameter_types)")
		rows=$(sql -c "prepare $name as $(cat "$file")" -c "execute $name${nulls:+($nulls)}" | wc -l)
		[[ $rows -le 1 ]] || { echo "$file answers $rows rows"; bad=1; }
	done
	return "$bad"
}

# A database of some size beside the one of the tests, so that plans mean something; its attempts and what is counted of them lie ten to a page,
# as if they were more, and beside the seed's bugs, of which each has a third of all reports, there are some of which each has few.
seeded_make() {
	local file
	createdb seeded
	for file in db/migrations/*.sql; do
		sql -d seeded -1 -f "$file" >/dev/null
	done
	sql -d seeded -c 'alter table attempt set (fillfactor = 10)' -c 'alter table tally set (fillfactor = 10)' -c 'alter table bug_tally set (fillfactor = 10)'
	sql -d seeded -v commits=1100 -f db/seed.sql >/dev/null
	sql -d seeded <<-'SQL'
		insert into bug (title, type) select 'bug ' || i, 'BUG' from generate_series(1, 300) i;
		insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
		select b.id, r.id, 1 + r.id % 12, 1, 1, now(), 1, 0, 0, 0, 0 from bug b join revision r on r.id % 50 = b.id % 50 where b.title like 'bug %';
		insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
		select a.id, a.claimed_at, 1 + b.id, 2 + b.id, b.id, b.title, 1, false, '{}' from bug b join attempt a on a.id % 200 = b.id % 200 where b.title like 'bug %';
		analyze;
	SQL
}

pages_read_by_index() { seeded_make && ci/plans.sh seeded --self && ci/plans.sh seeded; }

comments_everywhere() {
	local missing
	missing=$(sql <<-'SQL'
		select c.relname || coalesce('.' || a.attname, '')
		from pg_class c
		left join lateral (
			select null::name as attname, 0 as attnum
			union all
			select attname, attnum from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
		) a on true
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
			and case a.attnum when 0 then obj_description(c.oid, 'pg_class') is null
				else c.relkind in ('r', 'p') and col_description(c.oid, a.attnum) is null end
		order by 1
	SQL
	)
	[[ -z $missing ]] || { printf 'without a comment: %s\n' "$missing"; return 1; }
}

# What a file executes, but for what it prepares by itself.
executed() {
	local name
	grep -oE '\<execute [a-z_]+' "$1" | cut -d' ' -f2 | sort -u | while read -r name; do
		if [[ -f db/queries/$name.sql ]] && ! grep -q "^prepare $name\>" "$1"; then
			printf 'prepare %s as\n%s\n;\n' "$name" "$(sed -e 's/[[:space:]]*;[[:space:]]*$//' "db/queries/$name.sql")"
		fi
	done
}

file_passes() { sql -f <(executed "$1") -c begin -f "$1" -c rollback; }

main() {
	local file
	local -a files=("$@")
	migrate
	if [[ $# -eq 0 ]]; then
		files=(db/tests/*.sql)
		[[ -f ${files[0]} ]] || files=()
		printf '1..%d\n' $((4 + ${#files[@]}))
		try 'each table and column has a comment' comments_everywhere
		try 'each query fits the schema' queries_prepare
		try 'each page query answers one row with one JSON column' pages_answer_json
		try 'no page reads the whole of a table that grows with attempts' pages_read_by_index
	else
		printf '1..%d\n' $#
	fi
	for file in "${files[@]}"; do
		try "$file" file_passes "$file"
	done
	[[ $FAILED -eq 0 ]]
}

if [[ ${SQL_TESTS_INSIDE:-} ]]; then
	main "$@"
else
	SQL_TESTS_INSIDE=1 exec ci/postgres.sh try ci/sql.sh "$@"
fi

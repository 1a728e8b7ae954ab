-- unprepared: the table of migrations is there before all others.
create table if not exists migration (
	name text primary key,
	sha256 text not null,
	applied_at timestamptz not null default now()
)

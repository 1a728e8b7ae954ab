-- Workloads say what they have done, in their own unit (objects compiled, rounds, seconds), and machines what they hold.
alter table attempt add column work_done bigint check (work_done >= 0);
alter table attempt add column work_unit text;
comment on column attempt.work_done is 'The last progress its workload told, in work_unit; null: none.';
comment on column attempt.work_unit is 'What that counts, as the workload''s manifest says: objects, seconds.';

-- What workloads a machine holds and what arguments they take: a profile that none of them could run is refused when it is added.
alter table machine add column workloads jsonb not null default '[]' check (jsonb_typeof(workloads) = 'array');
comment on column machine.workloads is 'As its runner said last: [{"name", "summary", "arches", "arguments": as in the manifests}].';

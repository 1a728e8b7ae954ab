-- What is new in a series: in long ones only what lies around it is read and judged again.

alter table change_item
	add column low bigint check (low >= 0),
	add column high bigint,
	add check ((low is null) = (high is null) and low <= high);
comment on column change_item.low is 'First place on the line whose points are new or others; null: all of the series is looked at.';
comment on column change_item.high is 'Last of them.';

-- What a machine's runner speaks, and why it is given nothing when that is too old.

alter table machine
	add column protocol integer not null default 1 check (protocol >= 0),
	add column refused text;
comment on column machine.protocol is 'Number of the protocol that its runner speaks (server/shared/protocol.h); a runner that names none speaks 1.';
comment on column machine.refused is 'Why its runner is refused, for people; null: it is served.';

-- A pass over what older readers have read goes over build logs too.

alter table reread
	add column build_version integer not null default 0,
	add column logs bigint not null default 0,
	drop column changed; -- reread_change has it, of each kind
create index stream_build_reader on stream (reader_version) where name = 'build';
comment on table reread is 'Passes over old consoles and build logs with newer readers. Those that were applied stay for ever, of the previews the last one.';
comment on column reread.build_version is 'Version of the reader of build logs; 0: it read none.';
comment on column reread.logs is 'Build logs read.';
comment on column reread.is_all is 'What these very versions have read was asked for too.';
comment on column reread_change.start_byte is 'Where the report begins: in its console, or in its build log (occurrence_stream).';

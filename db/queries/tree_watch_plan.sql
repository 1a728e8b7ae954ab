-- unprepared: for the transaction that copies a history. Each statement looks up some thousand rows by key in tables that grow a
-- hundredfold within the transaction: a hash join would read them whole each time, and a plan made for the first piece not suit the last.
set local plan_cache_mode = force_custom_plan;
set local enable_hashjoin = off;
set local enable_mergejoin = off;

-- Takes the places of a prebuilt tree's versions away, so that run_prebuilt_order can lay them anew.
-- $1 tree's id. Answers no rows.
update tree_commit set ordinal = null where tree_id = $1::bigint and ordinal is not null;

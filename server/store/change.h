/* Changes: places where a series moved. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { CHANGE_NONE = 2, CHANGE_STALE = 3 };

/* Within a transaction: a series that has other points than when it was last looked at. 0,
 * CHANGE_NONE or a fault. */
struct change_series {
	int64_t series_id;
	int64_t tree_id;
	int64_t profile_id;
	int64_t low, high; /* ordinals between which points are new or others; low < 0: anywhere */
};
int change_next(struct db *db, struct change_series *out);

/* The medians of its commits, in their order, on the scale on which changes are looked for: of all,
 * or of `beside` of them on each side of what is new and those between. The caller frees all three.
 */
struct change_points {
	int64_t *ordinals;
	int64_t *commits;
	double *values;
	size_t n;
};
int change_points_read(
	struct db *db, const struct change_series *series, int beside, struct change_points *out);
/* Keeps the points `from` to `to`, which is behind the last. */
void change_points_cut(struct change_points *points, size_t from, size_t to);
void change_points_fini(struct change_points *points);

/* A change that is known; places are ordinals. */
struct change_known {
	int64_t id;
	int64_t low, at, high;
	int64_t good_id, bad_id;
	int64_t trial_id, alert_id, fixed_by; /* 0: none */
	double before, after, noise;
	bool is_new;      /* nobody has decided on it */
	bool is_standing; /* confirmed or acknowledged */
	bool is_slope;    /* good_id and bad_id are the ends of the stretch that drifts */
	bool is_wide;     /* they are the ends of both levels: its edges do not show it */
	bool is_gone;     /* the points did not show it when they were last looked at */
};
int change_list(struct db *db, int64_t series_id, struct change_known **out, size_t *n);

/* A change as the points show it now; `id` 0: a new one. Commits are ids. */
struct change_found {
	int64_t id;
	int64_t series_id;
	bool is_slope;
	int64_t good_id, bad_id, low_id, high_id;
	double before, before_low, before_high;
	double after, after_low, after_high;
	double noise, chance;
};
int change_put(struct db *db, const struct change_found *found);
/* Its edges do not show it: from now on its sides are these two commits, and it has no trial. */
int change_widen(struct db *db, int64_t id, int64_t good_id, int64_t bad_id);
/* The points show none of these any more. */
int change_gone(struct db *db, const int64_t *ids, size_t n);

/* What Faultline itself makes of a change: state, what the pairs gave (`pairs` negative: nothing
 * new), the change that took it back (0: none), and why. */
int change_judged(struct db *db, int64_t id, const char *state, int64_t pairs, double chance,
	int64_t fixed_by, const char *why);

/* The trial of a change's two edges, made when there is none. Texts are owned (change_trial_fini).
 */
struct change_trial_state {
	int64_t id, tree_id, profile_id;
	int64_t good_revision, bad_revision; /* 0: it was never ordered plain */
	int64_t pairs;                       /* ordered so far */
	int64_t waiting;                     /* jobs of them that are under way */
	int64_t queued;                      /* jobs of all trials that wait */
	int64_t today;                       /* other trials of the profile in a day */
	char *profile, *good, *bad;
	char *machine; /* the one that tries it; NULL: any */
};
void change_trial_state_fini(struct change_trial_state *trial);
int change_trial_find(struct db *db, int64_t change_id, struct change_trial_state *out);
/* Orders one more pair: both commits, one behind the other, on one machine, below whatever people
 * asked for. */
int change_trial_order(struct db *db, const struct change_trial_state *trial);
/* What the pairs gave in one series; the caller frees both. */
int change_trial_pairs(struct db *db, int64_t trial_id, int64_t series_id, double **before,
	double **after, size_t *n);
/* Cancels waiting pairs of a profile that no change needs any more. */
int change_trials_drop(struct db *db, int64_t tree_id, int64_t profile_id);
/* Has series looked at again whose trials have ended. */
int change_trials_ended(struct db *db);

/* What a person decides. `id` is text of a URL, `version` 0: whatever it is at. 0, CHANGE_NONE,
 * CHANGE_STALE, DB_REFUSED or a fault. */
int change_mark(struct db *db, const char *id, const char *state, int64_t token_id,
	const char *note, int64_t version);

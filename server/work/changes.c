/* Stage changes: series with new points are looked at anew, long ones around these. What is found
 * keeps its identity: a place that overlaps a known one, in the same direction, is that one. New
 * changes are tried: pairs of both edges, one behind the other, below what people ask for, until
 * they are confirmed or refuted; of a drift pairs of its ends. What no noise would show and the
 * edges do not is tried at the ends of both levels before it is refuted. A standing change that a
 * later one takes back is fixed. */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/change.h"
#include "stats/change_short.h"
#include "stats/change_trial.h"
#include "store/change.h"
#include "store/db.h"

/* PAIRS_MAX: more would not tell either. QUEUED_MAX: jobs of trials that wait at once; DAY_MAX:
 * trials of a profile in a day. The others come later. */
enum { PAIRS_MAX = 9, QUEUED_MAX = 24, DAY_MAX = 12 };

/* Points by which a place may move and be the same. */
enum { NEAR = CHANGE_SIDE_MIN - 1 };

/* A change took another back when it ends within this share of the other's step from where that
 * began. */
#define BACK_SHARE 0.25

struct look {
	struct change_series series;
	struct change_points points;
	struct changes found;
	struct change_known *known;
	size_t n_known;
};

static void look_fini(struct look *look)
{
	change_points_fini(&look->points);
	changes_fini(&look->found);
	free(look->known);
}
#define _look_ __attribute__((cleanup(look_fini)))

/* What is decided comes before what is not, and that before what was not seen lately. */
static int known_weight(const struct change_known *k)
{
	return !k->is_new ? 2 : !k->is_gone ? 1 : 0;
}

/* Is the known change the one that the points show? Two of one direction cannot lie nearer than a
 * level is long, so what has moved by less is the same. */
static bool is_same(const struct look *look, const struct change *c, const struct change_known *k)
{
	const struct change_points *p = &look->points;
	const int64_t low = p->ordinals[c->low < NEAR ? 0 : c->low - NEAR];
	const int64_t high = p->ordinals[c->high + NEAR < p->n ? c->high + NEAR : p->n - 1];
	return (k->after > k->before) == (c->after > c->before) &&
	       k->is_slope == (c->kind == CHANGE_SLOPE) && k->low <= high && low <= k->high;
}

/* The known change that this one is, and that no other has been; NULL: it is new. */
static struct change_known *known_find(
	struct look *look, const struct change *c, const bool *is_taken)
{
	struct change_known *best = NULL;
	for (size_t i = 0; i < look->n_known; i++) {
		struct change_known *k = &look->known[i];
		if (!is_taken[i] && is_same(look, c, k) &&
			(best == NULL || known_weight(k) > known_weight(best))) {
			best = k;
		}
	}
	return best;
}

static int found_keep(struct db *tx, const struct look *look, const struct change *c, int64_t id)
{
	const int64_t *commits = look->points.commits;
	const bool is_slope = c->kind == CHANGE_SLOPE;
	const struct change_found found = {.id = id,
		.series_id = look->series.series_id,
		.is_slope = is_slope,
		.good_id = commits[is_slope ? c->from : c->at - 1],
		.bad_id = commits[is_slope ? c->to : c->at],
		.low_id = commits[c->low],
		.high_id = commits[c->high],
		.before = c->before,
		.before_low = c->before_low,
		.before_high = c->before_high,
		.after = c->after,
		.after_low = c->after_low,
		.after_high = c->after_high,
		.noise = look->found.noise,
		.chance = c->chance > 1 ? 1 : c->chance};
	return change_put(tx, &found);
}

/* Known and found are made one. */
static int found_match(struct db *tx, struct look *look)
{
	_free_ bool *is_taken = calloc(look->n_known + 1, sizeof(*is_taken));
	_free_ int64_t *gone = calloc(look->n_known + 1, sizeof(*gone));
	size_t n_gone = 0;
	int outcome = 0;
	for (size_t i = 0; i < look->found.count && outcome == 0; i++) {
		const struct change *c = &look->found.list[i];
		const struct change_known *k = known_find(look, c, is_taken);
		if (k != NULL) {
			is_taken[k - look->known] = true;
		}
		outcome = found_keep(tx, look, c, k == NULL ? 0 : k->id);
	}
	for (size_t i = 0; i < look->n_known; i++) {
		if (!is_taken[i]) {
			gone[n_gone++] = look->known[i].id;
		}
	}
	return outcome == 0 ? change_gone(tx, gone, n_gone) : outcome;
}

/* The change as the points show it now; NULL: they do not any more. */
static const struct change *shown_find(const struct look *look, const struct change_known *k)
{
	for (size_t i = 0; i < look->found.count; i++) {
		if (is_same(look, &look->found.list[i], k)) {
			return &look->found.list[i];
		}
	}
	return NULL;
}

/* Its place may be another than it seemed, or each commit of many moved it a little. The machine
 * that did something else for a while is left, and that the ends of both levels tell. */
static int widen(struct db *tx, const struct look *look, struct change_known *k)
{
	const struct change *c = k->is_slope || k->is_wide ? NULL : shown_find(look, k);
	if (c == NULL || c->chance > CHANGE_CHANCE) {
		return 0;
	}
	k->is_wide = true;
	return change_widen(tx, k->id, look->points.commits[c->from], look->points.commits[c->to]);
}

static int verdict_keep(struct db *tx, const struct change_known *k,
	const struct change_trial *result, enum change_verdict *verdict)
{
	static const struct {
		const char *state;
		const char *why;
	} words[] = {
		[CHANGE_UNDECIDED] = {"new", ""},
		[CHANGE_CONFIRMED] = {"confirmed", "attempts of both sides in turn show it"},
		[CHANGE_REFUTED] = {"false_alarm", "attempts of both sides in turn do not show it"},
	};
	*verdict = result->verdict;
	return change_judged(tx, k->id, words[*verdict].state, (int64_t)result->pairs,
		result->chance, 0, words[*verdict].why);
}

/* *verdict stays where the change was widened: its new sides have not been tried. */
static int trial_judge(struct db *tx, const struct look *look, struct change_known *k,
	const struct change_trial_state *trial, enum change_verdict *verdict)
{
	_free_ double *before = NULL;
	_free_ double *after = NULL;
	size_t n = 0;
	const bool was_wide = k->is_wide;
	int outcome =
		change_trial_pairs(tx, trial->id, look->series.series_id, &before, &after, &n);
	if (outcome != 0) {
		return outcome;
	}
	struct change_trial result;
	change_confirm(before, after, n, k->after - k->before, k->noise, &result);
	if (result.verdict == CHANGE_REFUTED) {
		outcome = widen(tx, look, k);
	}
	const bool is_other = k->is_wide && !was_wide;
	return outcome != 0 || is_other ? outcome : verdict_keep(tx, k, &result, verdict);
}

/* What its pairs say so far. */
static int trial_look(struct db *tx, const struct look *look, struct change_known *k,
	struct change_trial_state *trial, enum change_verdict *verdict)
{
	const int outcome = change_trial_find(tx, k->id, trial);
	const bool is_ready = trial->waiting == 0 && trial->pairs >= CHANGE_TRIAL_PAIRS_MIN;
	return outcome == 0 && is_ready ? trial_judge(tx, look, k, trial, verdict) : outcome;
}

/* A new change: what its pairs say, or more of them. */
static int trial_go_on(struct db *tx, const struct look *look, struct change_known *k,
	enum change_verdict *verdict)
{
	struct change_trial_state trial = {0};
	const bool was_wide = k->is_wide;
	int outcome = trial_look(tx, look, k, &trial, verdict);
	if (outcome == 0 && k->is_wide && !was_wide) {
		change_trial_state_fini(&trial);
		outcome = trial_look(tx, look, k, &trial, verdict);
	}
	const bool may_order = !k->is_gone && trial.good_revision != 0 && trial.bad_revision != 0 &&
			       trial.waiting == 0 && trial.pairs < PAIRS_MAX &&
			       trial.queued < QUEUED_MAX && trial.today < DAY_MAX;
	for (int i = 0; i < CHANGE_TRIAL_PAIRS_MIN && outcome == 0 && may_order &&
			*verdict == CHANGE_UNDECIDED;
		i++) {
		outcome = change_trial_order(tx, &trial);
		trial.pairs++;
	}
	change_trial_state_fini(&trial);
	return outcome;
}

/* Standing changes that a later confirmed one took back. */
static int fixed_find(struct db *tx, struct look *look, const struct change_known *later)
{
	int outcome = 0;
	for (size_t i = 0; i < look->n_known && outcome == 0; i++) {
		struct change_known *k = &look->known[i];
		const double step = fabs(k->after - k->before);
		if (k->is_standing && k->fixed_by == 0 && k->at < later->at &&
			(k->after > k->before) != (later->after > later->before) &&
			fabs(later->after - k->before) <= BACK_SHARE * step) {
			k->fixed_by = later->id;
			outcome = change_judged(tx, k->id, "fixed", -1, NAN, later->id,
				"a later change took it back");
		}
	}
	return outcome;
}

/* First all trials are judged: what took a change back may have been confirmed before it. */
static int known_go_on(struct db *tx, struct look *look)
{
	free(look->known);
	look->known = NULL;
	int outcome = change_list(tx, look->series.series_id, &look->known, &look->n_known);
	for (size_t i = 0; i < look->n_known && outcome == 0; i++) {
		struct change_known *k = &look->known[i];
		enum change_verdict verdict = CHANGE_UNDECIDED;
		if (k->is_new) {
			outcome = trial_go_on(tx, look, k, &verdict);
		}
		k->is_new = k->is_new && verdict == CHANGE_UNDECIDED;
		k->is_standing = k->is_standing || verdict == CHANGE_CONFIRMED;
	}
	for (size_t i = 0; i < look->n_known && outcome == 0; i++) {
		const struct change_known *k = &look->known[i];
		if (k->is_standing) {
			outcome = fixed_find(tx, look, k);
		}
	}
	return outcome;
}

/* The first point that stands at `ordinal` or behind. */
static size_t place_of(const struct change_points *p, int64_t ordinal)
{
	size_t place = 0;
	while (place + 1 < p->n && p->ordinals[place] < ordinal) {
		place++;
	}
	return place;
}

/* Of a long series only what lies around the new points is judged; known changes outside of that
 * are none of this look's. */
static void stretch_take(struct look *look)
{
	struct change_points *p = &look->points;
	if (look->series.low < 0 || p->n == 0) {
		return;
	}
	_free_ size_t *places = alloc_zero(look->n_known + 1, sizeof(*places));
	size_t count = 0;
	for (size_t i = 0; i < look->n_known; i++) {
		const int64_t at = look->known[i].low;
		if (at >= p->ordinals[0] && at <= p->ordinals[p->n - 1]) {
			places[count++] = place_of(p, at);
		}
	}
	const struct change_stretch s = change_stretch(
		places, count, p->n, place_of(p, look->series.low), place_of(p, look->series.high));
	change_points_cut(p, s.from, s.to);
	size_t kept = 0;
	for (size_t i = 0; i < look->n_known; i++) {
		const struct change_known *k = &look->known[i];
		if (k->high >= p->ordinals[0] && k->low <= p->ordinals[p->n - 1]) {
			look->known[kept++] = *k;
		}
	}
	look->n_known = kept;
}

/* One series, in one transaction. CHANGE_NONE: there is none. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_look_ struct look look = {0};
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = change_next(tx, &look.series);
	}
	if (outcome == 0) {
		log_matter("series=%" PRId64, look.series.series_id);
		outcome = change_points_read(
			tx, &look.series, CHANGE_WINDOW + CHANGE_EDGE, &look.points);
	}
	if (outcome == 0) {
		outcome = change_list(tx, look.series.series_id, &look.known, &look.n_known);
	}
	if (outcome == 0) {
		stretch_take(&look);
		change_find(look.points.values, look.points.n, CHANGE_SUSPECT, &look.found);
		change_short_add(look.points.values, look.points.n, &look.found);
		outcome = found_match(tx, &look);
	}
	if (outcome == 0) {
		outcome = known_go_on(tx, &look);
	}
	if (outcome == 0) {
		outcome = change_trials_drop(tx, look.series.tree_id, look.series.profile_id);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_changes(struct stage_place *place)
{
	int outcome = change_trials_ended(place->db);
	outcome = outcome == 0 ? turn(place) : outcome;
	if (outcome == CHANGE_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault("cannot look for changes: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}

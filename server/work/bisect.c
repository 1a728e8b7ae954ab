/* Stage bisect: searches for the commit that brought a bug, took it away, or moved what is
 * measured. Whenever attempts have ended, all that is known of the range is weighed anew (so
 * nothing is lost with a process), and as many attempts are ordered as machines are there, those
 * that should tell most for their minutes. Attempts that anybody else made of these commits count
 * like its own. What is found is tried reverted; where a tree's policy has minutes for it, searches
 * begin by themselves. */
#include "work/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/ancestry.h"
#include "stats/culprit.h"
#include "stats/culprit_pair.h"
#include "store/bisection.h"
#include "store/bisection_order.h"
#include "store/db.h"
#include "work/bisect_levels.h"

/* At once, however many machines there are: more would tell little besides each other. */
enum { BATCH_MAX = 32 };

/* Of each side when what was found is confirmed: so many that silence at the old chance has one of
 * CONFIRM_MISS, within these limits. */
#define CONFIRM_MISS 0.01
enum { CONFIRM_MIN = 3, CONFIRM_MAX = 50 };

/* Where a change's attempts are made. */
struct order_machines {
	char *names[BATCH_MAX];
	size_t n;
};

static void order_machines_fini(struct order_machines *machines)
{
	for (size_t i = 0; i < machines->n; i++) {
		free(machines->names[i]);
	}
}

struct look {
	struct bisection b;
	struct bisection_range range;
	struct bisection_evidence *evidence;
	size_t n;
	struct ancestry *line;
	struct culprit *search;
	double *minutes; /* of an attempt on each commit */
	size_t pending[BATCH_MAX];
	size_t n_pending;
	double needs_minutes;
	double chance; /* that an attempt shows it where it is */
};

static void look_fini(struct look *look)
{
	bisection_fini(&look->b);
	bisection_range_fini(&look->range);
	free(look->evidence);
	culprit_free(look->search);
	ancestry_free(look->line);
	free(look->minutes);
}
#define _look_ __attribute__((cleanup(look_fini)))

/* Exposure in lengths of a usual attempt. Where nobody counts work every attempt is one; else what
 * is unknown says nothing. */
static void exposure_scale(struct look *look)
{
	double sum = 0;
	double count = 0;
	for (size_t i = 0; i < look->n; i++) {
		const struct bisection_evidence *e = &look->evidence[i];
		if (e->what == BISECTION_CLEAN && e->exposure > 0) {
			sum += e->exposure;
			count++;
		}
	}
	for (size_t i = 0; i < look->n; i++) {
		struct bisection_evidence *e = &look->evidence[i];
		const double unknown = count > 0 ? 0 : 1;
		e->exposure =
			isfinite(e->exposure) && count > 0 ? e->exposure * count / sum : unknown;
	}
}

/* About how often the bug comes where it comes at all: on commits where it was seen. */
static double chance_guess(const struct look *look)
{
	_free_ double *events = alloc_zero(look->range.n + 1, sizeof(*events));
	double seen = 0.5;
	double tried = 1;
	for (size_t i = 0; i < look->n; i++) {
		events[look->evidence[i].position] += look->evidence[i].what == BISECTION_EVENT;
	}
	for (size_t i = 0; i < look->n; i++) {
		const struct bisection_evidence *e = &look->evidence[i];
		if (events[e->position] > 0 && e->what == BISECTION_CLEAN) {
			tried += e->exposure;
		} else if (e->what == BISECTION_EVENT) {
			tried++;
			seen++;
		}
	}
	return seen / tried;
}

/* It says something of where the culprit is. */
static bool is_told(const struct bisection_evidence *e)
{
	return e->what == BISECTION_EVENT || e->what == BISECTION_CLEAN ||
	       e->what == BISECTION_VALUE;
}

/* What has been built costs its run only; what does not build or boot cannot be tested. */
static void minutes_fill(struct look *look)
{
	look->minutes = alloc_zero(look->range.n + 1, sizeof(*look->minutes));
	for (size_t i = 0; i < look->range.n; i++) {
		look->minutes[i] = look->b.run_minutes + look->b.build_minutes;
	}
	for (size_t i = 0; i < look->n; i++) {
		if (look->evidence[i].what == BISECTION_BROKEN) {
			look->minutes[look->evidence[i].position] = INFINITY;
		}
	}
	for (size_t i = 0; i < look->n; i++) {
		const struct bisection_evidence *e = &look->evidence[i];
		if (is_told(e)) {
			look->minutes[e->position] = look->b.run_minutes;
		} else if (e->what == BISECTION_PENDING && look->n_pending < BATCH_MAX &&
			   !(look->b.is_change && levels_is_end(&look->range, e))) {
			look->pending[look->n_pending++] = e->position;
		}
	}
}

/* How far the belief has moved, in bits (Kullback and Leibler). */
static double belief_moved(const double *before, const double *after, size_t n)
{
	double bits = 0;
	for (size_t i = 0; i < n; i++) {
		if (after[i] > 0 && before[i] > 0) {
			bits += after[i] * log2(after[i] / before[i]);
		}
	}
	return fmax(bits, 0);
}

static void beliefs_copy(struct culprit *search, double *out, size_t n)
{
	memcpy(out, culprit_posterior(search), n * sizeof(*out));
	out[n] = culprit_none(search);
}

/* Was the end without the defect ever tried before the search, or did somebody only name it? */
static bool is_end_known(const struct look *look)
{
	const size_t end = look->b.is_fix ? look->range.n - 1 : 0;
	bool is_known = false;
	for (size_t i = 0; i < look->n; i++) {
		const struct bisection_evidence *e = &look->evidence[i];
		is_known = is_known ||
			   (e->position == end && e->what == BISECTION_CLEAN && !e->is_own);
	}
	return is_known;
}

/* The search before anything but the ends' values was seen; NULL: too little is known of them. */
static struct culprit *search_begin(struct look *look)
{
	look->range.weights[0] = 0; /* the older end */
	if (look->b.is_change) {
		return levels_begin(look->line, &look->range, look->evidence, look->n);
	}
	exposure_scale(look);
	look->chance = chance_guess(look);
	struct culprit *search = culprit_new(look->line,
		look->b.is_fix ? CULPRIT_FIXES : CULPRIT_BREAKS, look->range.weights, look->chance);
	if (!is_end_known(look)) {
		culprit_doubt(search);
	}
	return search;
}

static void evidence_see(struct look *look, const struct bisection_evidence *e)
{
	if (look->b.is_change) {
		if (!levels_is_end(&look->range, e)) {
			culprit_see_level(look->search, e->position, e->machine_id, e->value);
		}
		return;
	}
	const bool has_event = e->what == BISECTION_EVENT;
	culprit_see(look->search, e->position, has_event, has_event ? 0 : e->exposure);
}

/* False: too little is known of the ends. */
static bool evidence_weigh(struct look *look)
{
	const size_t n = look->range.n;
	_free_ double *before = alloc_zero(n + 1, sizeof(*before));
	_free_ double *after = alloc_zero(n + 1, sizeof(*after));
	minutes_fill(look);
	look->search = search_begin(look);
	if (look->search == NULL) {
		return false;
	}
	beliefs_copy(look->search, before, n);
	for (size_t i = 0; i < look->n; i++) {
		struct bisection_evidence *e = &look->evidence[i];
		if (is_told(e)) {
			evidence_see(look, e);
			beliefs_copy(look->search, after, n);
			e->bits = belief_moved(before, after, n + 1);
			memcpy(before, after, (n + 1) * sizeof(*before));
		}
	}
	return true;
}

static int range_read(struct db *tx, struct look *look, const char **state)
{
	int64_t commits = 0;
	int outcome = 0;
	if (look->b.is_first) {
		outcome = bisection_fill(tx, look->b.id, ANCESTRY_MAX, &commits);
	}
	if (outcome == 0) {
		outcome = bisection_range_read(tx, look->b.id, &look->range);
	}
	if (outcome != 0) {
		return outcome;
	}
	if (ancestry_new(look->range.n, look->range.starts, look->range.parents, &look->line) !=
			0 ||
		look->range.n < 2) {
		*state = commits > ANCESTRY_MAX ? "too_large" : "stuck";
	}
	return 0;
}

/* One attempt; of a change beside one of its ends in turn, on one machine, since a value says
 * something only beside others of that machine. */
static int attempt_order(struct db *tx, const struct look *look, const struct culprit_choice *c,
	const struct order_machines *machines, size_t turn)
{
	const int64_t commit_id = look->range.commits[c->commit];
	if (!look->b.is_change) {
		return bisection_order(tx, &look->b, commit_id, c->bits, look->minutes[c->commit]);
	}
	const bool is_newer = ((size_t)look->b.ended + turn) % 2 == 1;
	const char *machine = machines->n == 0 ? NULL : machines->names[turn % machines->n];
	return bisection_order_beside(tx, &look->b, commit_id,
		look->range.commits[is_newer ? look->range.n - 1 : 0], c->bits,
		look->minutes[c->commit], machine);
}

/* More attempts, as many as machines are free for them and while the budget lasts. */
static int attempts_order(struct db *tx, struct look *look, const char **state)
{
	struct culprit_choice choices[BATCH_MAX];
	const size_t machines = look->b.machines < BATCH_MAX ? (size_t)look->b.machines : BATCH_MAX;
	const size_t wanted = machines > look->n_pending ? machines - look->n_pending : 0;
	const bool has_budget = look->b.used_minutes < look->b.budget_minutes;
	/* Also when nothing may be ordered: the best one says what the rest should take. */
	const size_t n = culprit_choose(look->search, 1, look->minutes, look->pending,
		look->n_pending, (uint64_t)look->n + 1, choices, wanted > 0 ? wanted : 1);
	__attribute__((cleanup(order_machines_fini))) struct order_machines names = {.n = 0};
	int outcome = look->b.is_change
			      ? bisection_machines(tx, look->b.id, names.names, BATCH_MAX, &names.n)
			      : 0;
	for (size_t i = 0; i < n && i < wanted && outcome == 0 && has_budget; i++) {
		outcome = attempt_order(tx, look, &choices[i], &names, i);
	}
	if (n > 0) {
		look->needs_minutes = culprit_entropy(look->search) / choices[0].bits *
				      look->minutes[choices[0].commit];
	}
	if (n == 0 && look->n_pending == 0) {
		*state = "stuck";
	} else if (!has_budget) {
		*state = "out_of_budget";
	}
	return outcome;
}

static int search_go_on(struct db *tx, struct look *look, const char **state)
{
	static const char *const words[] = {
		[CULPRIT_OPEN] = "running",
		[CULPRIT_FOUND] = "found",
		[CULPRIT_INSEPARABLE] = "inseparable",
		[CULPRIT_NOT_HERE] = "not_here",
	};
	if (!evidence_weigh(look)) {
		*state = "stuck";
		return 0;
	}
	const enum culprit_answer answer = culprit_judge(look->search, look->minutes);
	*state = words[answer];
	return answer == CULPRIT_OPEN ? attempts_order(tx, look, state) : 0;
}

/* Clean attempts in a row that come in CONFIRM_MISS of all tries where it is. */
static int64_t clean_runs(double chance)
{
	return (int64_t)ceil(log(CONFIRM_MISS) / log1p(-fmin(chance, 1 - CONFIRM_MISS)));
}

static int64_t confirm_attempts(int64_t enough)
{
	return enough < CONFIRM_MIN ? CONFIRM_MIN : enough > CONFIRM_MAX ? CONFIRM_MAX : enough;
}

/* What confirms one that was found, in one transaction. BISECTION_NONE: nothing is to be. */
static int confirm_turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_bisection_confirm_ struct bisection_confirm confirm = {0};
	int outcome = bisection_confirm_want(place->db);
	if (outcome == 0) {
		outcome = db_begin(place->db, &tx);
	}
	if (outcome == 0) {
		outcome = bisection_confirm_next(tx, &confirm);
	}
	if (outcome == 0) {
		outcome =
			bisection_confirm_order(tx, &confirm, confirm_attempts(confirm.clean_runs));
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

/* A range may hold two, and one be named for both. */
static void two_ask(struct look *look, struct bisection_known *known)
{
	struct culprit_pair pair = {0};
	culprit_pair_find(look->search, &pair);
	known->two = pair.belief;
	known->two_first = pair.first;
	known->two_second = pair.second;
}

static int search_keep(struct db *tx, struct look *look, const char *state)
{
	struct bisection_known known = {.state = state,
		.none = NAN,
		.entropy = NAN,
		.needs_minutes = look->needs_minutes,
		.two = NAN,
		.evidence = look->evidence,
		.n_evidence = look->n};
	if (look->search != NULL) {
		known.none = culprit_none(look->search);
		known.entropy = culprit_entropy(look->search);
		known.beliefs = culprit_posterior(look->search);
		known.n = look->range.n;
		known.clean_runs = look->b.is_change ? 0 : clean_runs(look->chance);
	}
	if (strcmp(state, "found") == 0 && !look->b.is_change) {
		two_ask(look, &known);
	}
	int outcome = bisection_keep(tx, &look->b, &known);
	if (outcome == 0 && strcmp(state, "running") != 0) {
		outcome = bisection_runs_cancel(tx, look->b.id);
	}
	return outcome;
}

/* One search, in one transaction. BISECTION_NONE: none is due. */
static int turn(struct stage_place *place)
{
	_tx_ struct db *tx = NULL;
	_look_ struct look look = {.needs_minutes = NAN};
	const char *state = "running";
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = bisection_next(tx, &look.b);
	}
	if (outcome == 0) {
		log_matter("bisection=%" PRId64, look.b.id);
		outcome = range_read(tx, &look, &state);
	}
	if (outcome == 0 && strcmp(state, "running") == 0) {
		outcome = look.b.is_change
				  ? bisection_values_read(tx, look.b.id, &look.evidence, &look.n)
				  : bisection_evidence_read(tx, look.b.id, &look.evidence, &look.n);
		outcome = outcome == 0 ? search_go_on(tx, &look, &state) : outcome;
	}
	if (outcome == 0) {
		outcome = search_keep(tx, &look, state);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_bisect(struct stage_place *place)
{
	int outcome = turn(place);
	outcome = outcome == BISECTION_NONE ? confirm_turn(place) : outcome;
	outcome = outcome == BISECTION_NONE ? bisection_begin(place->db) : outcome;
	if (outcome == BISECTION_NONE) {
		return STAGE_IDLE;
	}
	if (outcome > 0) {
		return log_fault(
			"cannot go on with a bisection: %s", stage_why(place->db, outcome));
	}
	return outcome < 0 ? outcome : STAGE_DID;
}

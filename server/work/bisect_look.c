/* What a search's attempts say: each moves the belief by what it tells. */
#include "work/bisect_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit.h"
#include "work/bisect_levels.h"

void look_fini(struct look *look)
{
	bisection_fini(&look->b);
	bisection_range_fini(&look->range);
	free(look->evidence);
	culprit_free(look->search);
	ancestry_free(look->line);
	free(look->minutes);
}

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

/* Was an end ever tried before the search, or did somebody only name it? */
static bool is_end_known(const struct look *look, bool is_older, enum bisection_what what)
{
	const size_t end = is_older ? 0 : look->range.n - 1;
	bool is_known = false;
	for (size_t i = 0; i < look->n; i++) {
		const struct bisection_evidence *e = &look->evidence[i];
		is_known = is_known || (e->position == end && e->what == what && !e->is_own);
	}
	return is_known;
}

/* Ends that were only named are doubted; and where nobody has seen the bug in the range, what is
 * known of it elsewhere says how soon silence says something. */
static void ends_doubt(const struct look *look, struct culprit *search)
{
	if (!is_end_known(look, !look->b.is_fix, BISECTION_CLEAN)) {
		culprit_doubt(search);
	}
	if (!is_end_known(look, look->b.is_fix, BISECTION_EVENT)) {
		culprit_doubt(search);
		culprit_know(search, look->b.elsewhere_events, look->b.elsewhere_clean);
	}
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
	ends_doubt(look, search);
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

bool look_weigh(struct look *look)
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

/* Stage decide: what has happened and should be told becomes an alert, with its deliveries, in one
 * transaction; and so does a run that has ended and names who is to be told. */
#include "work/stage.h"

#include "shared/log.h"
#include "store/alert.h"
#include "store/db.h"
#include "store/run.h"

/* What is looked at; each is a query of its own transaction, so that one that fails leaves the
 * others alone. */
static const char *const news[] = {
	"alert_decide_bugs",
	"alert_decide_changes",
	"alert_decide_fixed",
	"alert_decide_found",
	"alert_decide_machines",
	"alert_decide_queues",
};

static int news_decide(struct db *db, const char *query, bool *did)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = alert_decide(tx, query, did);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

/* 0, a fault, or DB_REFUSED, which was told. */
static int runs_tell(struct db *db, bool *did)
{
	int64_t count = 0;
	const int outcome = run_tell(db, &count);
	*did = *did || count > 0;
	if (outcome > 0) {
		log_warning("cannot tell of runs: %s", stage_why(db, outcome));
	}
	return outcome;
}

int stage_decide(struct stage_place *place)
{
	bool did = false;
	int outcome = 0;
	for (size_t i = 0; i < sizeof(news) / sizeof(news[0]) && outcome >= 0; i++) {
		outcome = news_decide(place->db, news[i], &did);
		if (outcome > 0) {
			log_warning("%s: %s", news[i], stage_why(place->db, outcome));
		}
	}
	outcome = outcome < 0 ? outcome : runs_tell(place->db, &did);
	return outcome < 0 ? outcome : did ? STAGE_DID : STAGE_IDLE;
}

// `node worker.mjs JOBS`: graphile-worker does so many jobs of nothing, with its defaults and as many at a time as its own measurement
// has; prints jobs per second. The database is that of FAULTLINE_DATABASE; its tables have a schema of their own.
import { Logger, run, runMigrations } from "graphile-worker";
import pg from "pg";

const AT_A_TIME = 24;
const jobs = Number(process.argv[2]);
const words = Object.fromEntries(process.env.FAULTLINE_DATABASE.split(" ").map((word) => word.split("=")));
const pgPool = new pg.Pool({ host: words.host, user: words.user, database: words.dbname, max: AT_A_TIME + 1 });
const stop = (error) => { throw error; };
pgPool.on("error", stop).on("connect", (client) => client.on("error", stop));

const quiet = () => () => {};
const logger = new Logger(quiet);
await runMigrations({ pgPool, logger });
await pgPool.query("select graphile_worker.add_job('nothing', json_build_object('n', n)) from generate_series(1, $1::int) n", [jobs]);
let done = 0;
const began = process.hrtime.bigint();
await new Promise((resolve, reject) => {
	run({ pgPool, logger, concurrency: AT_A_TIME, taskList: { nothing: () => { if (++done === jobs) resolve(); } } }).catch(reject);
});
console.log((jobs / (Number(process.hrtime.bigint() - began) / 1e9)).toFixed(1));
process.exit(0);

import { describeOnDatabases } from '../src/testing/database.ts';
import { jobsContract } from '../src/testing/jobs-contract.ts';
import { pgBossJobs } from './jobs.ts';

describeOnDatabases('jobs', (database) => {
  jobsContract(
    'pg-boss',
    (onFailure = () => {}) => pgBossJobs(database(), { pollSeconds: 0.5, retryDelaySeconds: 0, onFailure }),
    async () => (await database().pool.query('select name, cron, timezone from pgboss.schedule')).rows,
  );
});

import { defineConfig } from 'vitest/config';

/** Exhaustive and long campaigns: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['{src,mcp-servers,agents,db,evals,bench}/**/*.long.test.ts'],
    testTimeout: 20 * 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    env: { LANGSMITH_TRACING: 'false', NODE_ENV: 'test' },
  },
});

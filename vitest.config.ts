import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,mcp-servers,agents,db,evals,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/*.long.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    env: { LANGSMITH_TRACING: 'false', NODE_ENV: 'test' },
  },
});

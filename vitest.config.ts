import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,mcp-servers,agents,db,evals,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/*.long.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    env: { LANGSMITH_TRACING: 'false', NODE_ENV: 'test' },
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      reporter: ['text-summary', ['json-summary', { file: 'summary.json' }]],
      include: ['{src,mcp-servers,agents,db}/**/*.{ts,tsx}'],
      // The web app is exercised in Chromium, the entry points as child processes; v8 cannot see into either.
      exclude: [
        '**/*.test.ts',
        'src/testing/**',
        'src/web/**',
        '**/e2e/**',
        '**/testing/**',
        'src/main.ts',
        'db/lite-worker.ts',
      ],
      thresholds: { lines: 90 },
    },
  },
});

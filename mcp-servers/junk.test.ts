import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolDeps } from './deps.ts';
import { servers } from './index.ts';
import { readingDesk, type TestDesk } from './testing/desk.ts';
import { paperScopes } from './tool.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await readingDesk();
});
afterAll(() => desk.close());

const value = fc.oneof(
  fc.constantFrom(
    'EURUSD',
    'btc/usdt',
    '1h',
    'H4',
    '2025-06-17',
    '10',
    'concise',
    '',
    'NaN',
    '-1',
    "'; drop table bars; --",
  ),
  fc.integer({ min: -5, max: 3_000 }),
  fc.constantFrom(null, true, 1e308, 0.1, 1_750_000_000_000),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.constantFrom('EURUSD', 'AAPL', 'rsi:14', '', 'ZZZ'), { maxLength: 30 }),
);
const tools = [servers['market-data'], servers.analysis, servers.sentiment].flatMap((each) => each.tools);

describe('whatever a model sends', () => {
  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s answers it or says what is wrong',
    async (_name, tool) => {
      const names = [...Object.keys(tool.inputSchema.properties ?? {}), 'timeframe', 'ticker', '__proto__', 'x'];
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 }), async (args) => {
          const failures: unknown[] = [];
          const context = {
            signal: new AbortController().signal,
            caller: { subject: 'test', scopes: paperScopes },
            progress: async () => {},
          };
          const answer = await tool.call(desk as unknown as ToolDeps, args, context, (failure) =>
            failures.push(failure),
          );
          expect(failures).toEqual([]);
          const said = JSON.parse(answer.content[0]!.text);
          if (!answer.isError) {
            expect(said).toEqual(answer.structuredContent);
            return;
          }
          expect(said.error.message).not.toBe('');
          expect(said.error.hint).not.toBe('');
        }),
        { numRuns: 40 },
      );
    },
  );
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ToolDeps } from './deps.ts';
import { serverName, serverNames, servers } from './index.ts';
import { mount } from './shell.ts';
import { connect } from './testing/clients.ts';

/** Nothing is asked of the tools here, so nothing stands behind them. */
const listed = async (name: (typeof serverNames)[number], mode: 'auto' | 'legacy' = 'auto') =>
  (await connect(mount(servers[name], {} as ToolDeps, { version: '0.0.0' }), { mode })).tools();

const marks = (annotations: Record<string, unknown> = {}) =>
  ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']
    .filter((hint) => annotations[hint])
    .map((hint) => hint.replace('Hint', ''))
    .join(' ');

describe('the tool lists', () => {
  it('offer these tools with these promises, in this order', async () => {
    const lists = await Promise.all(
      serverNames.map(async (name) => [
        name,
        (await listed(name)).map((each) => `${each.name}: ${marks(each.annotations)}`),
      ]),
    );
    expect(Object.fromEntries(lists)).toMatchSnapshot();
  });

  it.each(serverNames)('%s offers both eras the same list, in the same order each time', async (name) => {
    const [newer, again, older] = await Promise.all([listed(name), listed(name), listed(name, 'legacy')]);
    expect(again).toEqual(newer);
    expect(older).toEqual(newer);
  });

  it.each(serverNames)('%s costs a chat less than 4,000 tokens', async (name) => {
    const text = JSON.stringify(await listed(name));
    // Measured with the o200k tokenizer, such a list has 3.9 to 4.2 characters a token; others need a tenth more.
    expect(text.length / 3.8).toBeLessThan(4_000);
  });

  it.each(serverNames)('every tool of %s has strict inputs, outputs, a title and a description', async (name) => {
    for (const each of await listed(name)) {
      expect(each.name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(each.title).toBeTruthy();
      expect(each.description?.length).toBeGreaterThan(20);
      expect(each.inputSchema.additionalProperties).toBe(false);
      expect(each.outputSchema).toMatchObject({ type: 'object', required: ['data', 'meta'] });
      expect(Object.keys(each.annotations ?? {})).toHaveLength(4);
    }
  });

  it('give the gateway only tools that the other servers or the desk itself have', () => {
    const others = serverNames.filter((name) => name !== 'conclave').flatMap((name) => servers[name].tools);
    const own = ['analyze_symbol', 'get_decision', 'list_decisions', 'get_portfolio', 'get_scoreboard'];
    const borrowed = servers.conclave.tools.filter((each) => !own.includes(each.name));
    expect(borrowed.every((each) => others.includes(each))).toBe(true);
  });

  it('are described in docs/mcp.md', () => {
    const page = readFileSync(new URL('../docs/mcp.md', import.meta.url), 'utf8');
    const names = Object.values(servers).flatMap((each) => each.tools.map(({ name }) => name));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('name each tool once over the four servers', () => {
    const names = serverNames
      .filter((name) => name !== 'conclave')
      .flatMap((name) => servers[name].tools.map((t) => t.name));
    expect(new Set(names).size).toBe(names.length);
  });

  it('ask for a trading scope wherever something changes at the broker', () => {
    const all = Object.values(servers).flatMap((each) => each.tools);
    const destructive = all.filter((each) => each.effect === 'destructive');
    expect(destructive.length).toBeGreaterThan(5);
    expect(destructive.filter((each) => each.scope !== 'trade:paper').map((each) => each.name)).toEqual([]);
    // What only the owner may do, no tool does.
    expect(all.filter((each) => each.scope === 'admin').map((each) => each.name)).toEqual([]);
    expect(all.filter((each) => each.effect === 'read').every((each) => !each.scope.startsWith('trade'))).toBe(true);
  });

  it('call the whole desk conclave, or gateway', () => {
    expect(serverName('gateway')).toBe('conclave');
    expect(serverName('market-data')).toBe('market-data');
    expect(serverName('casino')).toBeUndefined();
  });
});

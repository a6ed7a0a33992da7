import { analysisServer } from './analysis/server.ts';
import type { ToolDeps } from './deps.ts';
import { marketDataServer } from './market-data/server.ts';
import { sentimentServer } from './sentiment/server.ts';
import { type McpMount, type MountOptions, mount } from './shell.ts';

export type { SituationQuestion, ToolDeps } from './deps.ts';
export type { AuthInfo, McpMount } from './shell.ts';
export { paperScopes, readScopes } from './tool.ts';

export const servers = {
  'market-data': marketDataServer,
  analysis: analysisServer,
  sentiment: sentimentServer,
} as const;

/** Every server over the same dependencies, ready to be mounted at /mcp/<name> or served on stdio. */
export function createServers(deps: ToolDeps, options: MountOptions): Record<string, McpMount> {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, mount(server, deps, options)]));
}

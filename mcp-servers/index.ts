import { analysisServer } from './analysis/server.ts';
import type { ToolDeps } from './deps.ts';
import { executionServer } from './execution/server.ts';
import { gatewayServer } from './gateway/server.ts';
import { marketDataServer } from './market-data/server.ts';
import { sentimentServer } from './sentiment/server.ts';
import { type McpMount, type MountOptions, mount } from './shell.ts';

export type { DeskUseCases, OrderLog, Placement, SituationQuestion, ToolDeps, Valuation } from './deps.ts';
export type { AuthInfo, McpMount } from './shell.ts';
export { paperScopes, readScopes } from './tool.ts';

/** Every server by the name it is mounted under. */
export const servers = {
  'market-data': marketDataServer,
  analysis: analysisServer,
  sentiment: sentimentServer,
  execution: executionServer,
  conclave: gatewayServer,
} as const;
export type ServerName = keyof typeof servers;

export const serverNames = Object.keys(servers) as ServerName[];

/** The name of a server as people type it; `gateway` is the desk as a whole. */
export const serverName = (typed: string): ServerName | undefined =>
  serverNames.find((name) => name === (typed === 'gateway' ? 'conclave' : typed));

/** Every server over the same dependencies, ready to be mounted at /mcp/<name> or served on stdio. */
export function createServers(deps: ToolDeps, options: MountOptions): Record<ServerName, McpMount> {
  const mounted = serverNames.map((name) => [name, mount(servers[name], deps, options)]);
  return Object.fromEntries(mounted);
}

/** What a token may do. MCP clients never get `admin`: agents raise no limit and resume no halted desk. */
export const scopes = [
  'market:read',
  'market:write',
  'analysis:run',
  'sentiment:read',
  'account:read',
  'trade:paper',
  'trade:live',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

/** The owner of a paper desk; live trading is granted apart, never by default. */
export const ownerScopes: readonly Scope[] = scopes.filter((scope) => scope !== 'trade:live');
/** For programs and MCP clients. What pushes prices into the desk gets a token of its own. */
export const agentScopes: readonly Scope[] = ownerScopes.filter(
  (scope) => scope !== 'admin' && scope !== 'market:write',
);

import type { MiddlewareHandler } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { ApiEnv } from './env.ts';

/** Names under which requests and MCP calls speak of instruments. */
const fields = ['symbol', 'symbols', 'universe', 'ticker', 'tickers', 'instrument', 'instruments'];
/** Requests that name instruments are short; files are not read here. */
const LARGEST = 64 * 1024;
const MOST = 50;

/**
 * Lets every door speak of instruments that only vendors' listings know: what a signed-in request names is looked for
 * before it is answered, so that everything behind may resolve it at once. What is not found is the answer's to say.
 */
export const learnSymbols =
  (marketData: Pick<MarketData, 'find'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    if (c.get('principal')?.scopes.includes('market:read')) {
      const named = [...spellingsIn(c.req.query()), ...(await inBody(c.req.raw))];
      for (const spelling of [...new Set(named)].slice(0, MOST)) {
        const resolution = await marketData.find(spelling, c.req.raw.signal);
        // The answer itself knows of no reason but that it does not know it.
        if (resolution.outcome === 'unknown' && resolution.reason !== undefined && !isMcp(c.req.path)) {
          const { reason, suggestions } = resolution;
          throw new AppError('unknown_symbol', reason, { details: { suggestions } });
        }
      }
    }
    await next();
  };

const isMcp = (path: string) => path.startsWith('/mcp/');

/** The names in a JSON body, of ours or around the arguments of an MCP call; the body itself is left unread. */
async function inBody(request: Request): Promise<string[]> {
  const length = Number(request.headers.get('content-length') ?? 0);
  const isJson = request.headers.get('content-type')?.includes('json');
  if (!request.body || request.bodyUsed || !isJson || length > LARGEST) return [];
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  const calls = Array.isArray(body) ? body : [body];
  return calls.flatMap((call) => [...spellingsIn(call), ...spellingsIn(argumentsOf(call))]);
}

const argumentsOf = (call: unknown) => (call as { params?: { arguments?: unknown } } | undefined)?.params?.arguments;

function spellingsIn(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return [];
  return fields
    .flatMap((field) => (given as Record<string, unknown>)[field] ?? [])
    .filter((each): each is string => typeof each === 'string')
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '' && each.length <= 32);
}

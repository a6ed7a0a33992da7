import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './env.ts';

const contentPolicy = [
  "default-src 'self'",
  // The chart sets styles on elements; scripts come from files only.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const secure: [string, string][] = [
  ['Content-Security-Policy', contentPolicy],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
];

/**
 * Set before the answer is made: headers that are added to a finished answer make the server build it a second time,
 * which costs more than everything else at this door.
 */
export function securityHeaders(nextId: () => string): MiddlewareHandler<ApiEnv> {
  return (c, next) => {
    const requestId = nextId();
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    for (const [name, content] of secure) c.header(name, content);
    if (c.req.path.startsWith('/api/')) c.header('Cache-Control', 'no-store');
    return next();
  };
}

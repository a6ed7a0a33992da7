import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** The address at the other end of the connection; 'unknown' where there is none (a request inside the process). */
export function peerOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** From this machine and not handed on by a proxy. */
export const isLoopback = (c: Context) =>
  /^(127\.|::1$|::ffff:127\.)/.test(peerOf(c)) && c.req.header('x-forwarded-for') === undefined;

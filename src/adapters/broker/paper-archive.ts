import { decodeJson, encodeJson } from '../../domain/canonical.ts';
import { AppError } from '../../domain/errors.ts';
import type { Fill, Order } from '../../domain/order.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Disk } from '../../ports/disk.ts';

interface Segment {
  orders: Order[];
  fills: Fill[];
}

/** Orders per file. */
const SEGMENT = 200;

/**
 * Closed orders and their fills, in numbered files of at most SEGMENT orders. Only ids stay in memory, so that an old
 * client order id is still known to be taken.
 */
export function openArchive(disk: Disk, folder: string) {
  const segmentOf = new Map<string, number>();
  /** Time of the newest fill per segment. */
  const newest: Timestamp[] = [];
  let last: Segment = { orders: [], fills: [] };

  const path = (number: number) => `${folder}/archive-${String(number).padStart(6, '0')}.json`;

  async function read(number: number): Promise<Segment> {
    const bytes = await disk.read(path(number));
    if (!bytes) throw new AppError('corrupt', `The paper broker's archive ${path(number)} is missing.`);
    try {
      return decodeJson<Segment>(new TextDecoder().decode(bytes));
    } catch (cause) {
      throw new AppError('corrupt', `The paper broker's archive ${path(number)} cannot be read.`, { cause });
    }
  }

  function index(number: number, { orders, fills }: Segment) {
    for (const order of orders) segmentOf.set(order.clientOrderId, number);
    newest[number] = Math.max(newest[number] ?? 0, ...fills.map((fill) => fill.eventTime));
  }

  return {
    async load() {
      for (let number = 0; await disk.read(path(number)); number++) {
        last = await read(number);
        index(number, last);
      }
    },
    async append(more: Segment) {
      const fresh = more.orders.filter((order) => !segmentOf.has(order.clientOrderId));
      if (fresh.length === 0) return;
      const ids = new Set(fresh.map((order) => order.clientOrderId));
      const fills = more.fills.filter((fill) => ids.has(fill.clientOrderId));
      const full = last.orders.length + fresh.length > SEGMENT;
      const number = Math.max(0, newest.length - 1) + (full && newest.length > 0 ? 1 : 0);
      const next = full
        ? { orders: fresh, fills }
        : { orders: [...last.orders, ...fresh], fills: [...last.fills, ...fills] };
      await disk.write(path(number), new TextEncoder().encode(encodeJson(next)));
      last = next;
      index(number, next);
    },
    async order(clientOrderId: string): Promise<Order | undefined> {
      const number = segmentOf.get(clientOrderId);
      if (number === undefined) return undefined;
      return (await read(number)).orders.find((order) => order.clientOrderId === clientOrderId);
    },
    async fillsSince(time: Timestamp): Promise<Fill[]> {
      const segments = await Promise.all(
        newest.map((at, number) => (at >= time ? read(number) : { orders: [], fills: [] })),
      );
      return segments.flatMap((segment) => segment.fills).filter((fill) => fill.eventTime >= time);
    },
  };
}

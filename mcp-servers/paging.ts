import { formatAmount } from '../src/domain/decimal.ts';
import { AppError } from '../src/domain/errors.ts';
import type { Meta } from './tool.ts';

/** About 2,000 tokens of JSON: what a chat gets when it did not ask for more. */
export const DEFAULT_CHARACTERS = 6_500;
/** About 18,000 tokens: below what the usual clients cut off by themselves. */
export const MOST_CHARACTERS = 60_000;

export interface Page {
  items: readonly unknown[];
  start: number;
  total: number;
}

/** One page of a list. The cursor is an offset in disguise, so that nobody computes with it. */
export function paged(items: readonly unknown[], asked: { limit?: number; cursor?: string }): Page {
  const start = asked.cursor === undefined ? 0 : readCursor(asked.cursor);
  return {
    items: items.slice(start, asked.limit === undefined ? undefined : start + asked.limit),
    start,
    total: items.length,
  };
}

/** The page, cut from its end until the answer fits, and a cursor for the rest. */
export function cutToSize<D extends Record<string, unknown>>(
  data: D,
  meta: Meta,
  { list, page, roomy }: { list: string; page: Page; roomy: boolean },
): { data: D; meta: Meta } {
  const most = roomy ? MOST_CHARACTERS : DEFAULT_CHARACTERS;
  const frame = size({ data: { ...data, [list]: [] }, meta });
  let room = most - frame;
  let shown = 0;
  for (const item of page.items) {
    room -= size(item) + 1;
    if (room < 0 && shown > 0) break;
    shown++;
  }
  const end = page.start + shown;
  const cut = shown < page.items.length;
  return {
    data: { ...data, [list]: page.items.slice(0, shown) },
    meta: {
      ...meta,
      ...(end < page.total ? { cursor: writeCursor(end) } : {}),
      ...(cut
        ? { truncated: `${shown} of ${page.total} ${list} shown; give cursor for more, or narrow the request.` }
        : {}),
    },
  };
}

export const writeCursor = (offset: number) => Buffer.from(`o${offset}`).toString('base64url');

export function readCursor(cursor: string): number {
  const match = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) {
    throw new AppError('invalid_input', `"${cursor}" is not a cursor.`, {
      hint: 'Give back meta.cursor of the answer before, unchanged, or leave it out for the first page.',
    });
  }
  return Number(match[1]);
}

const size = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? formatAmount(each) : each))?.length ?? 0;

import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { feedBench } from '../../../testing/feed-bench.ts';
import { needsShared, sharedText } from '../../../testing/shared.ts';
import type { VendorAnswer } from '../../../testing/vendor-server.ts';
import { binance } from '../binance.ts';

const snapshot = (lastUpdateId: number) => ({
  ...{
    lastUpdateId,
    bids: [
      ['100.0', '1.0'],
      ['99.0', '2.0'],
    ],
    asks: [['101.0', '1.0']],
  },
});
const diff = (first: number, last: number, bids: string[][], asks: string[][] = []) => ({
  stream: 'btcusdt@depth@100ms',
  data: { e: 'depthUpdate', E: 1750255200000 + last, s: 'BTCUSDT', U: first, u: last, b: bids, a: asks },
});

describe("Binance's order books", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  /** Snapshots are answered in turn, the last one again and again. */
  async function following(...answers: VendorAnswer[]) {
    const asked: Record<string, string>[] = [];
    const answer = (path: string, query: Record<string, string>) => {
      if (path !== '/api/v3/depth') return { status: 404 };
      asked.push(query);
      return (answers.length > 1 ? answers.shift() : answers[0])!;
    };
    const bench = await feedBench(binance, {}, { answer });
    open.push(bench);
    bench.stream.follow([requireInstrument('BTCUSDT')]);
    return { ...bench, asked, peer: await bench.server.next() };
  }

  it('is the snapshot with the changes that followed it, best levels first', async () => {
    const { peer, log, asked, clock } = await following({ body: snapshot(105) });
    peer.send(diff(101, 104, [['100.0', '9.0']]));
    peer.send(
      diff(105, 107, [
        ['100.5', '3.0'],
        ['99.0', '0.0'],
      ]),
    );
    expect((await log.next('book')).book).toEqual({
      symbol: 'BTCUSDT',
      bids: [
        [100.5, 3],
        [100, 1],
      ],
      asks: [[101, 1]],
      ...{ sequence: 107, source: 'binance', eventTime: 1750255200107, receiveTime: clock.now() },
    });
    peer.send(diff(108, 108, [], [['100.9', '2.0']]));
    expect((await log.next('book')).book).toMatchObject({
      sequence: 108,
      asks: [
        [100.9, 2],
        [101, 1],
      ],
    });
    expect(asked).toEqual([{ symbol: 'BTCUSDT', limit: '500' }]);
  });

  it('starts over from a new snapshot after a gap, and tells no book in between', async () => {
    const { peer, log, asked, clock } = await following({ body: snapshot(100) }, { body: snapshot(120) });
    peer.send(diff(101, 101, [['100.0', '2.0']]));
    expect((await log.next('book')).book.sequence).toBe(101);
    await clock.advance(1_000);
    peer.send(diff(110, 111, [['100.0', '3.0']]));
    peer.send(diff(112, 121, [['99.5', '4.0']]));
    const { book } = await log.next('book');
    expect(book).toMatchObject({
      sequence: 121,
      bids: [
        [100, 1],
        [99.5, 4],
        [99, 2],
      ],
    });
    expect(asked).toHaveLength(2);
  });

  it('asks again when the snapshot is older than the first change', async () => {
    const { peer, log, clock } = await following({ body: snapshot(90) }, { status: 400 }, { body: snapshot(101) });
    peer.send(diff(101, 101, [['100.0', '2.0']]));
    // The old snapshot is thrown away; a change a second later asks for the next one, and so on.
    while (!log.events.some((event) => event.kind === 'fault')) {
      await clock.advance(1_000);
      peer.send(diff(102, 102, [['100.0', '3.0']]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await clock.advance(5_000);
    peer.send(diff(102, 102, [['100.0', '3.0']]));
    expect((await log.next('book')).book).toMatchObject({
      sequence: 102,
      bids: [
        [100, 3],
        [99, 2],
      ],
    });
  });

  it('says that it has no book when the snapshot is refused, and tries again later', async () => {
    const { peer, log, clock } = await following({ status: 400, body: {} }, { body: snapshot(102) });
    peer.send(diff(101, 101, [['100.0', '2.0']]));
    expect(await log.next('fault')).toMatchObject({ reason: expect.stringMatching(/BTCUSDT.*400/) });
    await clock.advance(5_000);
    peer.send(diff(102, 103, [['100.0', '3.0']]));
    expect((await log.next('book')).book.sequence).toBe(103);
  });

  const recorded = 'ws_spot_btcusdt_20240808_first_6000.jsonl.gz';
  it.skipIf(!needsShared('recorded Binance frames', 'fixtures', 'binance', recorded))(
    'is what the recorded changes give when they are laid over each other plainly',
    async () => {
      const frames = sharedText('fixtures', 'binance', recorded)
        .trim()
        .split('\n')
        .filter((line) => line.includes('@depth'))
        .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)));
      const [first] = frames;
      const empty = { lastUpdateId: first.data.U - 1, bids: [], asks: [] };
      const { peer, log } = await following({ body: empty });
      peer.send(first);
      const plain = { b: new Map<number, number>(), a: new Map<number, number>() };
      for (const { data } of frames) {
        for (const side of ['b', 'a'] as const) {
          for (const [price, quantity] of data[side]) plain[side].set(Number(price), Number(quantity));
        }
        const { book } = await log.next('book');
        // With the first book the snapshot is here, and the rest may come.
        if (data === first.data) for (const frame of frames.slice(1)) peer.send(frame);
        expect(book.sequence).toBe(data.u);
        expect(book.bids).toEqual(best(plain.b, -1));
        expect(book.asks).toEqual(best(plain.a, 1));
      }
    },
  );
});

const best = (side: Map<number, number>, sign: 1 | -1) =>
  [...side]
    .filter(([, quantity]) => quantity > 0)
    .sort(([a], [b]) => sign * (a - b))
    .slice(0, 20);

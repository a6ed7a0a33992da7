import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { instruments } from '../../domain/instruments.ts';
import { DAY, MINUTE, parseTime, SECOND } from '../../domain/time.ts';
import { mentions } from '../../sentiment/entities.ts';
import { cleanText } from '../../sentiment/normalise.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { describeNews } from '../../testing/news-contract.ts';
import { needsShared, sharedBytes, sharedText } from '../../testing/shared.ts';
import type { Feed } from './feeds.ts';
import { type Fetch, fetchFeed } from './fetch-feed.ts';
import { createNewsProviders, defaultFeeds, feedOf } from './index.ts';
import { feedTime, parseFeed } from './parse-feed.ts';
import { type RssOptions, rssFeed } from './rss.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const feed: Feed = { name: 'Sample Bank', url: 'https://bank.example/rss/press.xml', tier: 1 };
const sample = (name: string) => readFileSync(new URL(`samples/${name}`, import.meta.url));
const entitiesOf = (text: string) =>
  instruments.filter((each) => mentions(text, each).length > 0).map((each) => each.symbol);

/** A web of one page, which counts how often it was asked. */
function web(answer: (url: string, init: RequestInit) => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push(url);
    return answer(url, init);
  };
  return { asked, fetch };
}
const xml = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Response(body, { headers: { 'content-type': 'application/rss+xml', ...headers } });

function bank(overrides: Partial<RssOptions> = {}, page: BodyInit = sample('press.xml')) {
  const notices: string[] = [];
  const { asked, fetch } = web(() => xml(page));
  const clock = fakeClock(now);
  const options = { clock, fetch, cleanText, entitiesOf, notice: (text: string) => void notices.push(text) };
  return { provider: rssFeed(feed, { ...options, ...overrides }), clock, asked, notices };
}
const week = { from: now - 7 * DAY, to: now };

describeNews('a feed', () => ({ provider: bank().provider, symbols: ['EURUSD', 'XAUUSD'], now }));

describe('a feed of news', () => {
  it('keeps items with both times, the symbols that they name, and text without markup', async () => {
    const { provider } = bank();
    const items = await provider.latest({ symbols: ['EURUSD', 'XAUUSD'], ...week });
    expect(items.map((item) => item.headline)).toEqual([
      'ECB raises key interest rates & sees euro area inflation easing',
      'Gold slips as dollar firms',
      'Dollar steady, says a publisher whose clock is fast',
    ]);
    const [ecb, gold, fast] = items;
    expect(ecb).toMatchObject({
      source: 'Sample Bank',
      tier: 1,
      url: 'https://bank.example/press/2026/pr260317.en.html',
      summary: 'The Governing Council decided today.',
      eventTime: parseTime('2026-03-17T13:15:00Z'),
      receiveTime: now,
    });
    expect(ecb!.symbols).toContain('EURJPY');
    expect(ecb!.symbols).not.toContain('USDJPY');
    expect(gold!.symbols).toEqual(expect.arrayContaining(['XAUUSD', 'USDJPY']));
    // A clock a little fast is set right; a link that is no web address is not kept.
    expect(fast).toMatchObject({ eventTime: now, receiveTime: now });
    expect(fast).not.toHaveProperty('url');
  });

  it('leaves out what has no date or one in the future, and says how many', async () => {
    const { provider, notices } = bank();
    await provider.latest({ symbols: ['EURUSD'], ...week });
    expect(notices).toEqual([
      'Sample Bank: 2 of 8 items have no date.',
      'Sample Bank: 1 of 8 items are dated in the future.',
    ]);
  });

  it('fails where no item has a date, rather than calling that no news', async () => {
    const page = '<rss version="2.0"><channel><title>x</title><item><title>Euro rises</title></item></channel></rss>';
    const { provider } = bank({}, page);
    await expect(provider.latest({ symbols: ['EURUSD'], ...week })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The feed Sample Bank dates none of its 1 items usably.',
    });
  });

  it('has no news where the feed is empty', async () => {
    const { provider } = bank({}, '<rss version="2.0"><channel><title>x</title></channel></rss>');
    expect(await provider.latest({ symbols: ['EURUSD'], ...week })).toEqual([]);
  });

  it('is read once for all symbols and askers, and again after five minutes', async () => {
    const { provider, asked, clock } = bank();
    await Promise.all(['EURUSD', 'XAUUSD'].map((symbol) => provider.latest({ symbols: [symbol], ...week })));
    expect(asked).toEqual([feed.url]);
    await clock.advance(5 * MINUTE);
    await provider.latest({ symbols: ['EURUSD'], ...week });
    expect(asked).toHaveLength(2);
  });

  it('keeps the time at which it first saw an item', async () => {
    const { provider, clock } = bank();
    const first = await provider.latest({ symbols: ['EURUSD'], ...week });
    await clock.advance(6 * MINUTE);
    expect(await provider.latest({ symbols: ['EURUSD'], ...week })).toEqual(first);
  });

  it('remembers a failure for five minutes, so that no network costs nothing', async () => {
    let broken = true;
    const { asked, fetch } = web(() => {
      if (broken) throw new TypeError('fetch failed');
      return xml(sample('press.xml'));
    });
    const { provider, clock } = bank({ fetch });
    const ask = () => provider.latest({ symbols: ['EURUSD'], from: week.from, to: now + DAY });
    const failure = { code: 'unavailable', message: 'The feed bank.example/rss/press.xml could not be read.' };
    await expect(ask()).rejects.toMatchObject(failure);
    broken = false;
    await expect(ask()).rejects.toMatchObject(failure);
    expect(asked).toHaveLength(1);
    await clock.advance(5 * MINUTE);
    expect(await ask()).toHaveLength(3);
  });

  it('lets one asker leave while the others wait for the answer', async () => {
    let answer: (response: Response) => void = () => {};
    const { provider } = bank({ fetch: () => new Promise((resolve) => (answer = resolve)) });
    const leaver = new AbortController();
    const left = provider.latest({ symbols: ['EURUSD'], ...week, signal: leaver.signal });
    const stayed = provider.latest({ symbols: ['EURUSD'], ...week, signal: new AbortController().signal });
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    answer(xml(sample('press.xml')));
    expect(await stayed).toHaveLength(3);
    await expect(provider.latest({ symbols: [], ...week, signal: leaver.signal })).rejects.toThrow('left');
  });

  it('reads Atom, with the dates that it can read, and RSS 1.0', async () => {
    const atom = bank({}, sample('news.atom'));
    const items = await atom.provider.latest({ symbols: ['BTCUSDT', 'AAPL'], ...week });
    expect(items.map(({ headline, eventTime }) => [headline, eventTime])).toEqual([
      ['Apple unveils a pear', parseTime('2026-03-17T08:00:00Z')],
      ['Bitcoin climbs past a round number', parseTime('2026-03-18T11:00:00Z')],
    ]);
    expect(atom.notices).toEqual(['Sample Bank: 1 of 3 items have no date.']);
    const rdf = bank({}, sample('bank.rdf.xml'));
    const [statement] = await rdf.provider.latest({ symbols: ['USDJPY'], ...week });
    expect(statement).toMatchObject({ eventTime: parseTime('2026-03-18T03:30:00Z'), url: 'https://bank.example/a' });
  });
});

describe('fetching a feed', () => {
  const fetched = (answer: (url: string, init: RequestInit) => Response | Promise<Response>, url = feed.url) => {
    const { asked, fetch } = web(answer);
    return { asked, text: fetchFeed(url, { fetch, clock: fakeClock(now) }) };
  };
  const moved = (location: string) => new Response(null, { status: 301, headers: { location } });

  it('gives up after a second and a half, and lets go of the connection', async () => {
    const clock = fakeClock(now);
    let released = false;
    const fetch: Fetch = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => {
          released = true;
          reject(signal!.reason);
        });
      });
    const text = fetchFeed(feed.url, { fetch, clock });
    const failed = expect(text).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The feed bank.example/rss/press.xml did not answer within 1.5 s.',
    });
    await clock.advance(1.5 * SECOND);
    await failed;
    expect(released).toBe(true);
    expect(clock.sleepers()).toBe(0);
  });

  it('leaves no timer behind when the answer came', async () => {
    const clock = fakeClock(now);
    await fetchFeed(feed.url, { fetch: async () => xml('<rss/>'), clock });
    expect(clock.sleepers()).toBe(0);
  });

  it('stops reading at two megabytes', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await expect(fetched(() => xml(endless)).text).rejects.toMatchObject({
      message: 'The feed bank.example/rss/press.xml is larger than 2 MB.',
    });
    expect(sent).toBeLessThan(3 * 1024 * 1024);
  });

  it('follows one redirect over https on the same host', async () => {
    const { asked, text } = fetched((url) => (url.endsWith('/new') ? xml('here') : moved('/new')));
    expect(await text).toBe('here');
    expect(asked).toEqual([feed.url, 'https://bank.example/new']);
    const upgraded = fetched(
      (url) => (url.startsWith('https:') ? xml('safe') : moved('https://bank.example/')),
      'http://bank.example/',
    );
    expect(await upgraded.text).toBe('safe');
  });

  it.each([
    ['another host', 'https://elsewhere.example/feed'],
    ['plain http', 'http://bank.example/feed'],
    ['a file', 'file:///etc/passwd'],
  ])('does not follow a redirect to %s', async (_, target) => {
    const { asked, text } = fetched(() => moved(target));
    await expect(text).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('has moved') });
    expect(asked).toHaveLength(1);
  });

  it('does not follow a second redirect', async () => {
    const { asked, text } = fetched(() => moved('/again'));
    await expect(text).rejects.toMatchObject({ message: 'The feed bank.example/rss/press.xml answered 301.' });
    expect(asked).toHaveLength(2);
  });

  it('asks only the web, and names a feed without its query, which may hold a key', async () => {
    const { asked, text } = fetched(() => xml(''), 'ftp://bank.example/feed');
    await expect(text).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toEqual([]);
    const refused = fetched(() => new Response('no', { status: 403 }), 'https://bank.example/feed?key=secret');
    await expect(refused.text).rejects.toMatchObject({ message: 'The feed bank.example/feed answered 403.' });
  });

  it('reads the charset of the header, else the declared one, else UTF-8', async () => {
    const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Zürich</a>', 'latin1');
    expect(await fetched(() => xml(latin)).text).toContain('Zürich');
    expect(await fetched(() => xml(Buffer.from('Zürich'), { 'content-type': 'text/xml; charset=utf-8' })).text).toBe(
      'Zürich',
    );
    expect(await fetched(() => xml(Buffer.from('Zürich'), { 'content-type': 'text/xml; charset=odd' })).text).toBe(
      'Zürich',
    );
  });

  describe('from a real server', () => {
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
      else response.writeHead(200, { 'content-type': 'text/xml' }).end(sample('press.xml'));
    });
    afterEach(() => void server.close());

    it('reads a feed and sees a redirect before it is followed', async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const options = { fetch: globalThis.fetch, clock: fakeClock(now) };
      expect(await parseFeed(await fetchFeed(`${origin}/feed`, options), 'local')).toHaveLength(8);
      await expect(fetchFeed(`${origin}/moved`, options)).rejects.toMatchObject({
        message: expect.stringContaining('has moved to elsewhere.example'),
      });
    });
  });
});

describe('parsing a feed', () => {
  it('takes a date without a zone as UTC, whatever this machine thinks, and knows European zones', () => {
    const noon = parseTime('2026-03-18T12:00:00Z');
    for (const spelled of [
      '2026-03-18T12:00:00',
      '2026-03-18 12:00:00',
      'Wed, 18 Mar 2026 12:00:00',
      'Wed, 18 Mar 2026 13:00:00 CET',
      'Wed, 18 Mar 2026 08:00:00 EDT',
      ' 2026-03-18T12:00:00Z ',
    ]) {
      expect(feedTime(spelled), spelled).toBe(noon);
    }
    for (const odd of ['', 'yesterday', 'Wed, 18 Mar 1026 12:00:00 GMT', '20260-03-18']) {
      expect(feedTime(odd), odd).toBeUndefined();
    }
  });

  it('refuses pages that are no feed, and feeds that define entities', async () => {
    for (const page of ['<html><body>Sign in</body></html>', 'nonsense', '', '<rss version="2.0"></rss>']) {
      await expect(parseFeed(page, 'Odd'), page).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('The feed Odd is not RSS'),
      });
    }
    const bomb = '<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"><channel><title>&a;</title></channel></rss>';
    await expect(parseFeed(bomb, 'Odd')).rejects.toMatchObject({ code: 'unavailable' });
  });

  const feeds = needsShared('recorded feeds', 'data', 'news', 'feeds');
  it.skipIf(!feeds).each([
    ['guardian.rss.gz', 20],
    ['reddit.rss.gz', 20],
    ['heise.atom', 15],
    ['rss-1.rss.gz', 20],
    // Portuguese month names, and no dates at all: entries are read, and then left out.
    ['uolNoticias.rss', 15, 0],
    ['heraldsun.rss', 2, 0],
  ])('reads the recorded feed %s', async (name, least, dated = least) => {
    const entries = await parseFeed(sharedText('data', 'news', 'feeds', name), name);
    expect(entries.length).toBeGreaterThanOrEqual(least);
    expect(entries.filter((entry) => entry.published !== undefined).length).toBeGreaterThanOrEqual(dated);
    for (const entry of entries) expect(cleanText(entry.title)).not.toMatch(/<[a-z/]/i);
  });

  it
    .skipIf(!feeds)
    .each([
      'aaa_illformed',
      'chardet_gb2312',
      'chardet_shiftjis',
      'http_high_bit_date',
      'rdf_channel_empty_textinput',
      'rss_incomplete_cdata',
      'undeclared_namespace',
    ])('survives the broken feed %s: entries or a named failure', async (name) => {
    const bytes = new Uint8Array(sharedBytes('data', 'news', 'feeds', 'illformed', `${name}.xml`));
    const text = await fetchFeed(feed.url, { fetch: async () => xml(bytes), clock: fakeClock(now) });
    const outcome = await parseFeed(text, name).catch((failure) => failure.code);
    expect(outcome === 'unavailable' || Array.isArray(outcome)).toBe(true);
  });
});

describe('the sources of news', () => {
  const clock = fakeClock(now);
  const options = { clock, fetch: web(() => xml(sample('press.xml'))).fetch, cleanText, entitiesOf };

  it('are the default feeds and the simulated one, each with its own name', () => {
    const providers = createNewsProviders({ offline: false, seed: 1 }, options);
    expect(providers.map((each) => each.name)).toEqual([...defaultFeeds.map(({ name }) => `rss ${name}`), 'simulated']);
    expect(providers.filter((each) => each.simulated).map((each) => each.name)).toEqual(['simulated']);
    for (const { url } of defaultFeeds) expect(new URL(url).protocol).toBe('https:');
  });

  it('are not offered offline, and say so, all but the simulated one', async () => {
    const providers = createNewsProviders({ offline: true, seed: 1, feeds: [feed.url, feed.url] }, options);
    expect(providers.map(({ name, unavailable }) => [name, unavailable])).toEqual([
      ['rss bank.example/rss/press.xml', 'OFFLINE is set'],
      ['simulated', undefined],
    ]);
    await expect(providers[0]!.latest({ symbols: ['EURUSD'], ...week })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The feed bank.example/rss/press.xml is not read: OFFLINE is set.',
    });
    expect((await providers[1]!.latest({ symbols: ['EURUSD'], ...week })).length).toBeGreaterThan(0);
  });

  it('trust a stranger least, and another feed of a known house as much as the known one', () => {
    expect(feedOf('https://www.ecb.europa.eu/rss/blog.html')).toMatchObject({
      tier: 1,
      name: 'ecb.europa.eu/rss/blog.html',
    });
    expect(feedOf('https://stranger.example/feed/')).toMatchObject({ tier: 3, name: 'stranger.example/feed' });
    expect(feedOf(defaultFeeds[0]!.url)).toEqual(defaultFeeds[0]);
  });
});

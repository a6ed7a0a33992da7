import { describe, expect, it } from 'vitest';
import { doorWorld } from '../testing/door-world.ts';

const post = (body: string) => ({ method: 'POST', body });

describe('a failure', () => {
  it('that is a bug shows its request id and nothing else; the log has the rest', async () => {
    const { ask, logged } = doorWorld({
      health: async () => {
        throw new Error('postgres://user:secret@host refused');
      },
    });
    const response = await ask('/api/health');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('secret');
    const { error } = JSON.parse(text);
    expect(error).toMatchObject({ code: 'internal', details: { requestId: expect.stringMatching(/^req_/) } });
    expect(response.headers.get('x-request-id')).toBe(error.details.requestId);
    expect(logged).toMatchObject([{ requestId: error.details.requestId }]);
  });

  it.each([
    ['/api/analyze', '{"symbol":', 'JSON'],
    ['/api/analyze', '{}', 'symbol'],
    ['/api/analyze', '[]', 'object'],
    ['/api/analyze', '{"symbol":"EURUSD","interval":"7h"}', '7h'],
    ['/api/orders', '{"symbol":"EURUSD","side":"buy","quantity":"many"}', 'quantity'],
  ])('of input at %s names what is wrong in %s', async (path, body, named) => {
    const response = await doorWorld().ask(path, post(body));
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain(named);
  });

  it('suggests instruments for an unknown one', async () => {
    const response = await doorWorld().ask('/api/quote?symbol=EURUSF');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'unknown_symbol', details: { suggestions: expect.any(Array) } },
    });
  });

  it('of a path says where the paths are described', async () => {
    const response = await doorWorld().ask('/api/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { hint: expect.stringContaining('/api/openapi.json') } });
  });

  it('of an unknown query field names it', async () => {
    const response = await doorWorld().ask('/api/instruments?colour=red');
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_input', message: expect.stringContaining('colour') },
    });
  });

  it('of a body that is too large is an answer, not a broken connection', async () => {
    const response = await doorWorld().ask('/api/analyze', {
      ...post(`{"symbol":"${'x'.repeat(1_100_000)}"}`),
      headers: { 'content-length': '1100014' },
    });
    expect(response.status).toBe(400);
  });
});

describe('the OpenAPI document', () => {
  it('describes every route with its input, its answer and its scope', async () => {
    const document = await (await doorWorld().ask('/api/openapi.json', { as: 'nobody' })).json();
    expect(document.openapi).toBe('3.1.0');
    const paths = Object.keys(document.paths);
    for (const path of [
      '/api/analyze',
      '/api/bars',
      '/api/orders',
      '/api/decisions/{id}/replay',
      '/api/config',
      '/api/auth/token',
    ]) {
      expect(paths).toContain(path);
    }
    const analyze = document.paths['/api/analyze'].post;
    expect(analyze.security).toEqual([{ bearer: ['analysis:run'] }]);
    expect(analyze.requestBody.content['application/json'].schema.properties).toHaveProperty('symbol');
    expect(analyze.responses['200'].content['application/json'].schema.$ref).toBe('#/components/schemas/Decision');
  });
});

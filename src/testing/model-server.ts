import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in says to the next call; the last one repeats. */
export type ScriptedReply =
  | { kind: 'answer'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** Holds the connection until the caller gives up. */
  | { kind: 'hang' }
  /** Bytes that are no JSON, with status 200. */
  | { kind: 'garbage' }
  /** Valid JSON without what an answer must hold. */
  | { kind: 'empty' }
  /** Refuses a response schema with 400, then answers without one. */
  | { kind: 'no-schemas'; value: unknown };

export interface ModelServer {
  url: string;
  /** Bodies of the calls, oldest first, with the path. */
  calls: { path: string; headers: Record<string, unknown>; body: Record<string, unknown> }[];
  script(...replies: ScriptedReply[]): void;
  close(): Promise<void>;
}

const TOKENS = { input: 1_000, output: 200 };

/** A local server that speaks OpenAI chat completions and Gemini generateContent, well or badly, on request. */
export async function startModelServer(): Promise<ModelServer> {
  const calls: ModelServer['calls'] = [];
  let replies: ScriptedReply[] = [{ kind: 'answer', value: {} }];

  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const body = JSON.parse((await readAll(request)) || '{}') as Record<string, unknown>;
    calls.push({ path, headers: request.headers, body });
    const reply = replies.length > 1 ? replies.shift()! : replies[0]!;
    answer(reply, path, body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    script: (...next) => {
      replies = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(reply: ScriptedReply, path: string, body: Record<string, unknown>, response: ServerResponse) {
  switch (reply.kind) {
    case 'hang':
      return;
    case 'status':
      return send(response, reply.status, { error: { message: `scripted ${reply.status}` } }, reply.headers);
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end('<html>502 Bad Gateway</html>');
    case 'empty':
      return send(response, 200, {});
    case 'no-schemas':
      if (body.response_format !== undefined) {
        return send(response, 400, { error: { message: 'response_format is not supported' } });
      }
      return send(response, 200, wrap(path, JSON.stringify(reply.value)));
    case 'text':
      return send(response, 200, wrap(path, reply.text));
    case 'answer':
      return send(response, 200, wrap(path, JSON.stringify(reply.value)));
  }
}

function wrap(path: string, text: string): unknown {
  if (path.includes(':generateContent')) {
    return {
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: TOKENS.input, candidatesTokenCount: TOKENS.output },
    };
  }
  return {
    id: 'stand-in',
    object: 'chat.completion',
    created: 0,
    model: 'stand-in',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: TOKENS.input,
      completion_tokens: TOKENS.output,
      total_tokens: TOKENS.input + TOKENS.output,
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

import {
  acceptedContent,
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  McpServer,
  type McpServerFactory,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/**
 * The tools, prompts and resources that the official conformance suite calls by name. Never part of a running desk.
 * @see https://github.com/modelcontextprotocol/conformance
 */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==';
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
const text = (words: string) => ({ type: 'text' as const, text: words });
const says = (words: string) => ({ content: [text(words)] });
const user = <C>(content: C) => ({ role: 'user' as const, content });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const stateCodec = createRequestStateCodec<string>({ key: 'conformance-conformance-conformance' });
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const capabilitiesOf = ({ mcpReq }: ServerContext) =>
  ((mcpReq.envelope as Record<string, unknown> | undefined)?.[CAPABILITIES] ?? {}) as {
    sampling?: object;
    elicitation?: object;
    roots?: object;
  };

const nameSchema = z.object({ name: z.string() });
const askName = (message: string) => inputRequired.elicit({ message, requestedSchema: nameSchema });
const askModel = (words: string, maxTokens = 100) =>
  inputRequired.createMessage({ messages: [user(text(words))], maxTokens });

const schema2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

export interface FixtureOptions {
  onToolsChanged?: () => void;
  onPromptsChanged?: () => void;
}

export function conformanceFactory(options: FixtureOptions = {}): McpServerFactory {
  return ({ era }) => {
    const server = new McpServer(
      { name: 'conclave-conformance', version: '1.0.0' },
      {
        capabilities: { logging: {}, resources: { subscribe: true, listChanged: true }, tools: { listChanged: true } },
        requestState: { verify: stateCodec.verify },
        cacheHints: {
          'tools/list': { ttlMs: 1_000, cacheScope: 'public' },
          'prompts/list': { ttlMs: 1_000, cacheScope: 'public' },
          'resources/list': { ttlMs: 1_000, cacheScope: 'public' },
        },
      },
    );
    registerContent(server);
    registerTalk(server, options);
    registerInputRequired(server);
    registerPrompts(server);
    registerResources(server);
    if (era === 'legacy') {
      server.server.setRequestHandler('resources/subscribe', () => ({}));
      server.server.setRequestHandler('resources/unsubscribe', () => ({}));
    }
    return server;
  };
}

type Answer = Awaited<ReturnType<Parameters<McpServer['registerTool']>[2]>>;

function simple(server: McpServer, name: string, run: (ctx: ServerContext) => Answer | Promise<Answer>) {
  server.registerTool(name, { description: `Fixture ${name}.`, inputSchema: z.object({}) }, (_args, ctx) => run(ctx));
}

function registerContent(server: McpServer) {
  const resource = (uri: string, mimeType: string, words: string) => ({
    type: 'resource' as const,
    resource: { uri, mimeType, text: words },
  });
  simple(server, 'test_simple_text', () => says('This is a simple text response for testing.'));
  simple(server, 'test_image_content', () => ({ content: [image] }));
  simple(server, 'test_audio_content', () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }));
  simple(server, 'test_embedded_resource', () => ({
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }));
  simple(server, 'test_multiple_content_types', () => ({
    content: [
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }));
  simple(server, 'test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(schema2020) },
    () => says('ok'),
  );
}

function registerTalk(server: McpServer, { onToolsChanged, onPromptsChanged }: FixtureOptions) {
  const logThrice = async ({ mcpReq }: ServerContext) => {
    for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', words);
      await pause(50);
    }
    return says('Logged.');
  };
  simple(server, 'test_tool_with_logging', logThrice);
  simple(server, 'test_logging_tool', logThrice);
  simple(server, 'test_tool_with_progress', async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      }
      await pause(50);
    }
    return says('Done.');
  });
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model of the client.', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const answer = await mcpReq.requestSampling({ messages: [user(text(prompt))], maxTokens: 100 });
      return says(`LLM response: ${JSON.stringify(answer.content)}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const answer = await mcpReq.elicitInput({
        mode: 'form',
        message,
        requestedSchema: {
          type: 'object',
          properties: {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          required: ['username', 'email'],
        },
      });
      return says(`User response: ${JSON.stringify(answer)}`);
    },
  );
  const elicits = (name: string, properties: Parameters<ServerContext['mcpReq']['elicitInput']>[0] & object) =>
    simple(server, name, async ({ mcpReq }) => {
      const { action, content } = await mcpReq.elicitInput(properties);
      return says(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
    });
  elicits('test_elicitation_sep1034_defaults', {
    mode: 'form',
    message: 'Defaults',
    requestedSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      },
    },
  });
  const titled = (a: string, b: string, c: string) => [
    { const: 'value1', title: a },
    { const: 'value2', title: b },
    { const: 'value3', title: c },
  ];
  const plain = ['option1', 'option2', 'option3'];
  elicits('test_elicitation_sep1330_enums', {
    mode: 'form',
    message: 'Enums',
    requestedSchema: {
      type: 'object',
      properties: {
        untitledSingle: { type: 'string', enum: plain },
        titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
        legacyEnum: {
          type: 'string',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { type: 'array', items: { type: 'string', enum: plain } },
        titledMulti: { type: 'array', items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') } },
      },
    },
  });
  simple(server, 'test_streaming_elicitation', async ({ mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'name', nameSchema)) return says('Thank you.');
    return inputRequired({ inputRequests: { name: askName('Who?') } });
  });
  simple(server, 'test_missing_capability', ({ mcpReq }) =>
    inputResponse(mcpReq.inputResponses, 'question').kind === 'sampling'
      ? says('The client can sample.')
      : inputRequired({ inputRequests: { question: askModel('Can you?') } }),
  );
  simple(server, 'test_trigger_tool_change', () => {
    onToolsChanged?.();
    return says('Changed.');
  });
  simple(server, 'test_trigger_prompt_change', () => {
    onPromptsChanged?.();
    return says('Changed.');
  });
}

function registerInputRequired(server: McpServer) {
  simple(server, 'test_input_required_result_elicitation', ({ mcpReq }) => {
    const named = acceptedContent(mcpReq.inputResponses, 'user_name', nameSchema);
    return named
      ? says(`Hello, ${named.name}!`)
      : inputRequired({ inputRequests: { user_name: askName('What is your name?') } });
  });
  simple(server, 'test_input_required_result_sampling', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    return answer.kind === 'sampling'
      ? says(JSON.stringify(answer.result.content))
      : inputRequired({ inputRequests: { capital_question: askModel('What is the capital of France?') } });
  });
  simple(server, 'test_input_required_result_list_roots', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    return answer.kind === 'roots'
      ? says(JSON.stringify(answer.roots))
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  const confirmSchema = z.object({ ok: z.boolean() });
  for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state']) {
    simple(server, name, async ({ mcpReq }) => {
      const confirmed = acceptedContent(mcpReq.inputResponses, 'confirm', confirmSchema);
      if (confirmed && mcpReq.requestState<string>() === name) return says('state-ok');
      const confirm = inputRequired.elicit({ message: 'Please confirm', requestedSchema: confirmSchema });
      return inputRequired({ inputRequests: { confirm }, requestState: await stateCodec.mint(name) });
    });
  }
  simple(server, 'test_input_required_result_multiple_inputs', async ({ mcpReq }) => {
    const given = mcpReq.inputResponses ?? {};
    const wanted = {
      user_name: askName('What is your name?'),
      greeting: askModel('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    };
    if (Object.keys(wanted).every((key) => key in given)) return says('All answered.');
    return inputRequired({ inputRequests: wanted, requestState: await stateCodec.mint('multiple') });
  });
  const colorSchema = z.object({ color: z.string() });
  simple(server, 'test_input_required_result_multi_round', async ({ mcpReq }) => {
    const named = acceptedContent(mcpReq.inputResponses, 'step1', nameSchema);
    const colored = acceptedContent(mcpReq.inputResponses, 'step2', colorSchema);
    if (colored) return says(`${mcpReq.requestState<string>()} likes ${colored.color}.`);
    if (named) {
      const message = 'Step 2: What is your favorite color?';
      const step2 = inputRequired.elicit({ message, requestedSchema: colorSchema });
      return inputRequired({ inputRequests: { step2 }, requestState: await stateCodec.mint(named.name) });
    }
    const step1 = askName('Step 1: What is your name?');
    return inputRequired({ inputRequests: { step1 }, requestState: await stateCodec.mint('round-1') });
  });
  simple(server, 'test_input_required_result_capabilities', (ctx) => {
    const { sampling, elicitation } = capabilitiesOf(ctx);
    const inputRequests = {
      ...(sampling ? { greeting: askModel('Generate a greeting', 50) } : {}),
      ...(elicitation ? { user_name: askName('What is your name?') } : {}),
    };
    const answered = Object.keys(ctx.mcpReq.inputResponses ?? {}).length > 0;
    return answered || Object.keys(inputRequests).length === 0 ? says('Done.') : inputRequired({ inputRequests });
  });
}

function registerPrompts(server: McpServer) {
  server.registerPrompt('test_simple_prompt', { description: 'A simple prompt.' }, () => ({
    messages: [user(text('This is a simple prompt for testing.'))],
  }));
  const argument = (description: string) =>
    completable(z.string().describe(description), (typed) =>
      ['paris', 'park', 'party', 'testValue1', 'testValue2'].filter((each) => each.startsWith(typed)),
    );
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A prompt with arguments.',
      argsSchema: z.object({ arg1: argument('First test argument'), arg2: argument('Second test argument') }),
    },
    ({ arg1, arg2 }) => ({ messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A prompt with a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        user({
          type: 'resource' as const,
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        }),
        user(text('Please process the embedded resource above.')),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image.' }, () => ({
    messages: [user(image), user(text('Please analyze the image above.'))],
  }));
  const contextSchema = z.object({ context: z.string() });
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'A prompt that asks first.' },
    ({ mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, 'user_context', contextSchema);
      if (given) return { messages: [user(text(`Use ${given.context}.`))] };
      const message = 'What context should the prompt use?';
      const user_context = inputRequired.elicit({ message, requestedSchema: contextSchema });
      return inputRequired({ inputRequests: { user_context } });
    },
  );
}

function registerResources(server: McpServer) {
  const fixed = (name: string, mimeType: string, body: { text: string } | { blob: string }) => {
    const uri = `test://${name}`;
    server.registerResource(name, uri, { description: `Fixture ${name}.`, mimeType }, () => ({
      contents: [{ uri, mimeType, ...body }],
    }));
  };
  fixed('static-text', 'text/plain', { text: 'This is the content of the static text resource.' });
  fixed('static-binary', 'image/png', { blob: PNG });
  fixed('watched-resource', 'text/plain', { text: 'Watched.' });
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Fixture template.', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
}

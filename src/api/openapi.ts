import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ErrorDocument } from '../domain/errors.ts';
import { invalidInput } from '../wire.ts';
import { requireScope } from './auth/guard.ts';
import type { Scope } from './auth/scopes.ts';
import type { ApiEnv } from './env.ts';

export { createRoute, z };

/** A resource's routes; input that fails its schema is one `invalid_input`, whatever the route. */
export const resource = () =>
  new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error.issues);
    },
  });

/** Names an answer's type for the OpenAPI document; the type itself lives in documents.ts and is held by the compiler. */
export const answer = <T>(name: string, description: string) => ({
  schema: z.custom<T>(() => true).openapi(name, { type: 'object', description }),
  description,
});

const failure = {
  description: 'What went wrong, and what to do about it.',
  content: {
    'application/json': {
      schema: z
        .object({
          error: z.object({
            code: z.string(),
            message: z.string(),
            hint: z.string(),
            retryable: z.boolean(),
            details: z.record(z.string(), z.unknown()).optional(),
          }),
        })
        .openapi('Error'),
    },
  },
};

export type { ErrorDocument };

/** The responses of a route that answers with one document. */
export const answers = <T>({ schema, description }: ReturnType<typeof answer<T>>) => ({
  200: { description, content: { 'application/json': { schema } } },
  default: failure,
});

export const body = <S extends z.ZodType>(schema: S) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** A route that needs a scope, and says so in the document. */
export const needs = (scope: Scope) => ({
  middleware: requireScope(scope),
  security: [{ bearer: [scope] }],
});

export const pathId = z.object({ id: z.string().min(1).max(128) });

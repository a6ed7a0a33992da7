import { z } from 'zod';

export interface JsonSchema {
  [key: string]: unknown;
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: (string | number | boolean | null)[];
}

const widest = Number.MAX_SAFE_INTEGER;

/** What a client needs of a zod schema; the bounds of every integer and other noise cost tokens in every chat. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      if (jsonSchema.maximum === widest) delete jsonSchema.maximum;
      if (jsonSchema.minimum === -widest) delete jsonSchema.minimum;
      delete jsonSchema.maxLength;
      delete jsonSchema.minLength;
      delete jsonSchema.pattern;
      // A loose object says the same by saying nothing; only a strict one must be told.
      const additional = jsonSchema.additionalProperties;
      // Answers promise their fields, not that there will never be another.
      if (io === 'output' && additional === false) delete jsonSchema.additionalProperties;
      if (additional && Object.keys(additional).length === 0) delete jsonSchema.additionalProperties;
      if (zodSchema._zod.def.type === 'record') delete jsonSchema.propertyNames;
    },
  });
  return json as JsonSchema;
}

/** The schema of a whole result. `meta` is the same everywhere and described in the server's instructions. */
export const resultSchemaOf = (output: z.ZodObject): JsonSchema => ({
  type: 'object',
  properties: { data: jsonSchemaOf(output, 'output'), meta: { type: 'object' } },
  required: ['data', 'meta'],
});

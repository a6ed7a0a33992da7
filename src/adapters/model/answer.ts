import type { z } from 'zod';

/**
 * A model's text to a checked value. Reads through thinking, code fences and chatter around one JSON object, and
 * coerces what small models get wrong ("0.7", "70%", " LONG "). Says why when nothing fits; never fills in a field.
 */
export function readAnswer<T>(
  text: string,
  schema: z.ZodType<T>,
  jsonSchema: Record<string, unknown>,
): { ok: true; value: T } | { ok: false; why: string } {
  const found = extractJson(text);
  if (found === undefined) return { ok: false, why: 'the answer holds no JSON object' };
  const strict = schema.safeParse(found);
  if (strict.success) return { ok: true, value: strict.data };
  const lenient = schema.safeParse(coerce(found, jsonSchema as JsonSchema));
  if (lenient.success) return { ok: true, value: lenient.data };
  const issue = lenient.error.issues[0];
  return { ok: false, why: `${issue?.path.join('.') || 'answer'}: ${issue?.message ?? 'does not fit'}` };
}

const RAW_CAP = 100_000;

function extractJson(text: string): unknown {
  const plain = text.slice(0, RAW_CAP).replace(/<think>[\s\S]*?(?:<\/think>|$)/gi, '');
  // Every opening brace may start the object; the first that parses to its matching close counts.
  for (
    let from = plain.indexOf('{'), tries = 0;
    from >= 0 && tries < 20;
    from = plain.indexOf('{', from + 1), tries++
  ) {
    const end = matchingBrace(plain, from);
    if (end < 0) continue;
    try {
      const value: unknown = JSON.parse(plain.slice(from, end + 1));
      if (value !== null && typeof value === 'object') return value;
    } catch {
      // Not JSON from here; a later brace may be.
    }
  }
  return undefined;
}

function matchingBrace(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const each = text[i];
    if (quoted) {
      if (each === '\\') i++;
      else if (each === '"') quoted = false;
    } else if (each === '"') quoted = true;
    else if (each === '{') depth++;
    else if (each === '}' && --depth === 0) return i;
  }
  return -1;
}

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  maximum?: number;
  minimum?: number;
}

const allows = (schema: JsonSchema, type: string): boolean =>
  schema.type === type ||
  (Array.isArray(schema.type) && schema.type.includes(type)) ||
  (schema.anyOf?.some((each) => allows(each, type)) ?? false);

function coerce(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) return schema.items ? value.map((each) => coerce(each, schema.items!)) : value;
  if (value !== null && typeof value === 'object') {
    const properties = schema.properties ?? {};
    // Fields beyond the schema are chatter; strict schemas would refuse the whole answer for them.
    const kept = Object.entries(value).filter(([key]) => Object.hasOwn(properties, key));
    return Object.fromEntries(kept.map(([key, each]) => [key, coerce(each, properties[key]!)]));
  }
  const choices = schema.enum ?? schema.anyOf?.find((each) => each.enum)?.enum;
  if (typeof value === 'string' && choices) {
    const said = value.trim().toLowerCase();
    return choices.find((choice) => typeof choice === 'string' && choice.toLowerCase() === said) ?? value;
  }
  if (allows(schema, 'number') || allows(schema, 'integer')) return coerceNumber(value, schema);
  return value;
}

function coerceNumber(value: unknown, schema: JsonSchema): unknown {
  if (typeof value !== 'string') return value;
  const match = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*(%)?\s*$/.exec(value);
  if (!match) return /^\s*(?:null|none|n\/a)?\s*$/i.test(value) && allows(schema, 'null') ? null : value;
  const number = Number(match[1]!.replace(',', '.'));
  return match[2] ? number / 100 : number;
}

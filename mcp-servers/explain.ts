import type { z } from 'zod';
import { AppError } from '../src/domain/errors.ts';
import { editDistance } from '../src/domain/instruments.ts';
import type { JsonSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** Turns schema issues into one message that tells a model or a person exactly what to send instead. */
export function explainIssues(tool: string, issues: readonly Issue[], schema: JsonSchema, given: unknown): AppError {
  const names = Object.keys(schema.properties ?? {});
  const problems = issues.map((issue) => explain(issue, names, given));
  return new AppError('invalid_input', problems.join(' '), {
    hint: names.length === 0 ? `${tool} takes no arguments.` : `${tool} takes: ${signature(schema)}.`,
    details: { fields: issues.map((issue) => issue.path.join('.') || '(arguments)') },
  });
}

function explain(issue: Issue, names: readonly string[], given: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const nearest = nearestName(key, names);
        return `Unknown argument "${key}"${nearest ? `; did you mean "${nearest}"?` : '.'}`;
      })
      .join(' ');
  }
  const name = issue.path.join('.') || 'The arguments';
  const value = valueAt(given, issue.path);
  if (value === undefined && issue.code === 'invalid_type') return `"${name}" is required.`;
  const shown = JSON.stringify(value)?.slice(0, 60);
  return `"${name}" is ${shown}: ${issue.message}.`;
}

const valueAt = (given: unknown, path: readonly PropertyKey[]) =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);

const signature = (schema: JsonSchema) =>
  Object.entries(schema.properties ?? {})
    .map(([name, { type, enum: choices }]) => {
      const kind = choices ? choices.join('|') : (type ?? 'value');
      return schema.required?.includes(name) ? `${name} (${kind}, required)` : `${name} (${kind})`;
    })
    .join(', ');

function nearestName(key: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const distances = names.map((name) => ({ name, distance: editDistance(plain(key), plain(name)) }));
  distances.sort((a, b) => a.distance - b.distance);
  const best = distances[0];
  return best && best.distance <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

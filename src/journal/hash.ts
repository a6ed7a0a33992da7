import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical.ts';

/** sha256, hex, of the canonical text: equal values have equal hashes on every machine. */
export const contentHash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

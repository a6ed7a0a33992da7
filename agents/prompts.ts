import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../src/domain/errors.ts';

const FrontMatter = z.strictObject({
  name: z.string(),
  version: z.number().int().positive(),
  variables: z.array(z.string()),
});

/** A prompt of `prompts/*.md`: what the model is, and what it is asked. */
export interface Prompt {
  name: string;
  /** `name@version`, kept with every answer so that it can be judged by the words that asked for it. */
  version: string;
  variables: readonly string[];
  /** Throws `invalid_input` when a variable is missing. Values are put in once: a value's own braces stay text. */
  render(values: Record<string, string>): { system: string; prompt: string };
}

export interface Prompts {
  /** Throws `not_found`. */
  get(name: string): Prompt;
  names(): string[];
}

const folder = fileURLToPath(new URL('../prompts', import.meta.url));

/** Reads every prompt of the folder. Throws `bad_config` for one whose head or variables are wrong. */
export function loadPrompts(from = folder): Prompts {
  const files = readdirSync(from).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const prompts = new Map(
    files.sort().map((file) => {
      const prompt = parsePrompt(readFileSync(join(from, file), 'utf8'), file);
      return [prompt.name, prompt];
    }),
  );
  return {
    get(name) {
      const prompt = prompts.get(name);
      if (!prompt) throw new AppError('not_found', `There is no prompt named ${name}.`);
      return prompt;
    },
    names: () => [...prompts.keys()],
  };
}

const layout = /^---\n([\s\S]*?)\n---\n\s*# System\n([\s\S]*?)\n# Question\n([\s\S]*)$/;
const placeholder = /\{\{(\w+)\}\}/g;

/** A file: YAML head between dashes, then `# System` and `# Question`, with `{{variables}}`. */
export function parsePrompt(text: string, file: string): Prompt {
  const match = layout.exec(text.replaceAll('\r\n', '\n'));
  if (!match) throw new AppError('bad_config', `prompts/${file} needs a head, "# System" and "# Question".`);
  const head = FrontMatter.safeParse(parse(match[1]!));
  if (!head.success) throw new AppError('bad_config', `prompts/${file}: ${z.prettifyError(head.error)}`);
  const { name, version, variables } = head.data;
  const [system, question] = [match[2]!.trim(), match[3]!.trim()];
  const used = new Set([...`${system}${question}`.matchAll(placeholder)].map(([, variable]) => variable!));
  const strangers = [...used].filter((variable) => !variables.includes(variable));
  const idle = variables.filter((variable) => !used.has(variable));
  if (strangers.length + idle.length > 0) {
    throw new AppError(
      'bad_config',
      `prompts/${file}: undeclared [${strangers.join(', ')}], declared but unused [${idle.join(', ')}].`,
    );
  }
  const fill = (template: string, values: Record<string, string>) =>
    template.replace(placeholder, (_, variable: string) => {
      const value = values[variable];
      if (value === undefined) throw new AppError('invalid_input', `The prompt ${name} needs ${variable}.`);
      return value;
    });
  return {
    name,
    version: `${name}@${version}`,
    variables,
    render: (values) => ({ system: fill(system, values), prompt: fill(question, values) }),
  };
}

import type { Clock } from '../../ports/clock.ts';
import type { Model } from '../../ports/model.ts';
import type { ModelBudget } from './budget.ts';
import { gemini } from './gemini.ts';
import { openAiCompatible } from './openai-compatible.ts';
import { priceOf } from './prices.ts';
import { modelRouter } from './router.ts';
import type { ModelVendor } from './vendor.ts';

export type { ModelBudget } from './budget.ts';
export { modelRouter } from './router.ts';
export type { ModelVendor } from './vendor.ts';

/** What the configuration says of one vendor. */
export interface ModelSettings {
  model: string;
  baseUrl?: string;
  apiKey?: string;
}

type Registered = (settings: ModelSettings) => ModelVendor | string;

const OWN_MACHINE = { input: 0, output: 0 };

/** Ollama's own address has no path; its OpenAI-compatible door is /v1. */
const withV1 = (url: string) => (new URL(url).pathname === '/' ? new URL('/v1', url).href : url);

/** One line per vendor: the vendor, or why it is not offered. */
export const modelVendors = {
  ollama: ({ model, baseUrl }) =>
    baseUrl
      ? openAiCompatible({
          name: 'ollama',
          model,
          baseUrl: withV1(baseUrl),
          apiKey: 'ollama',
          price: OWN_MACHINE,
          effort: { plain: 'none', thinking: 'low' },
        })
      : 'OLLAMA_BASE_URL is not set',
  gemini: ({ model, baseUrl, apiKey }) =>
    apiKey ? gemini({ model, baseUrl, apiKey, price: priceOf(model) }) : 'GEMINI_API_KEY is not set',
  openai: ({ model, baseUrl, apiKey }) =>
    apiKey || baseUrl
      ? openAiCompatible({
          name: 'openai',
          model,
          baseUrl,
          apiKey: apiKey ?? 'none',
          price: priceOf(model),
          ...(baseUrl ? {} : { tokenField: 'max_completion_tokens' }),
          ...(model.startsWith('gpt-5') ? { effort: { plain: 'minimal', thinking: 'low' } } : {}),
        })
      : 'OPENAI_API_KEY is not set',
  anthropic: ({ model, baseUrl, apiKey }) =>
    apiKey
      ? openAiCompatible({
          name: 'anthropic',
          model,
          baseUrl: baseUrl ?? 'https://api.anthropic.com/v1/',
          apiKey,
          price: priceOf(model),
          thinkingField: true,
        })
      : 'ANTHROPIC_API_KEY is not set',
} satisfies Record<string, Registered>;
export type ModelVendorName = keyof typeof modelVendors;

/** The desk without a model: complete, and it says so. */
export const noModel: Model = {
  name: 'none',
  available: false,
  generate: async () => ({
    outcome: 'unanswered',
    reason: 'no_model',
    message: 'No model is configured.',
    model: 'none',
    costUsd: null,
    elapsedMs: 0,
  }),
};

export interface ModelsOptions {
  order: readonly ModelVendorName[];
  settings: Record<ModelVendorName, ModelSettings>;
  /** OFFLINE=1: no vendor is called. */
  offline: boolean;
  budget: ModelBudget;
  clock: Clock;
}

/** The configured models behind one port, and for `doctor` what is on, off and why. */
export function createModels({ order, settings, offline, budget, clock }: ModelsOptions): {
  model: Model;
  offered: { name: ModelVendorName; model: string; unavailable?: string }[];
} {
  const made = order.map((name) => {
    const vendor: ModelVendor | string = offline ? 'OFFLINE is set' : modelVendors[name](settings[name]);
    return { name, vendor };
  });
  const vendors = made.flatMap(({ vendor }) => (typeof vendor === 'string' ? [] : [vendor]));
  return {
    model: vendors.length > 0 ? modelRouter({ vendors, clock, budget }) : noModel,
    offered: made.map(({ name, vendor }) => ({
      name,
      model: settings[name].model,
      ...(typeof vendor === 'string' ? { unavailable: vendor } : {}),
    })),
  };
}

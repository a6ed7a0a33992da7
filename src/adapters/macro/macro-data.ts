import { AppError } from '../../domain/errors.ts';
import { DAY, HOUR, type Timestamp, toIso } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MacroData, MacroHistory, MacroProvider } from '../../ports/market-data.ts';
import type { MacroStore } from '../../ports/store.ts';

const ASK_AGAIN = DAY;
/** After a failure. */
const TRY_AGAIN = HOUR;
const EARLIEST = Date.UTC(1776, 6, 4);
/** How far back the simulated economy is told. */
const SIMULATED_BACK = 10 * 366 * DAY;

/** Macro series: asked once a day, kept with every release, and read as they were known. */
export function createMacroData(options: {
  clock: Pick<Clock, 'now'>;
  store: MacroStore;
  providers: readonly MacroProvider[];
  offline: boolean;
}): MacroData {
  const { clock, store, offline } = options;
  const providers = options.providers.map((each) =>
    offline && !each.simulated ? { ...each, unavailable: 'OFFLINE is set.' } : each,
  );
  const real = providers.filter((each) => !each.simulated);
  const simulated = providers.find((each) => each.simulated);
  const failed = new Map<string, { until: Timestamp; notices: string[] }>();
  const flights = new Map<string, Promise<string[]>>();

  /** Brings the series up to date where that was not done today. Notices say why it could not be. */
  async function refresh(id: string): Promise<string[]> {
    const now = clock.now();
    const stored = await store.find(id);
    if (stored && now - stored.fetchedAt < ASK_AGAIN) return [];
    const before = failed.get(id);
    if (stored && before && before.until > now) return before.notices;
    const reasons: string[] = [];
    for (const provider of real) {
      if (provider.unavailable) {
        reasons.push(`${provider.name} is off: ${provider.unavailable}`);
        continue;
      }
      try {
        const series = await provider.series(id);
        await store.write(await provider.observations({ series: id, from: EARLIEST, to: now }));
        // Last, since it says that all is here.
        await store.saveSeries({ ...series, id });
        failed.delete(id);
        return [];
      } catch (failure) {
        if (!(failure instanceof AppError) || !stored) throw failure;
        reasons.push(`${provider.name} gave nothing: ${failure.message}`);
      }
    }
    if (!stored) throw noSource(id, reasons);
    const notices = [...reasons, `${id} is as it was fetched on ${toIso(stored.fetchedAt).slice(0, 10)}.`];
    failed.set(id, { until: now + TRY_AGAIN, notices });
    return notices;
  }

  function refreshOnce(id: string): Promise<string[]> {
    const flight = flights.get(id) ?? refresh(id).finally(() => flights.delete(id));
    flights.set(id, flight);
    return flight;
  }

  async function readSimulated(id: string, { asOf, from, to, limit }: Question): Promise<MacroHistory> {
    const series = await simulated!.series(id);
    const earliest = Math.max(from ?? Number.NEGATIVE_INFINITY, asOf - SIMULATED_BACK);
    const told = await simulated!.observations({ series: id, from: earliest, to: (to ?? asOf) + 1 });
    const observations = told.filter(({ eventTime }) => eventTime <= asOf).slice(-limit);
    return { series, observations, notices: [`SIMULATED: ${id} is of an economy that is made up.`] };
  }

  return {
    async read({ series: given, asOf = clock.now(), ...range }) {
      const id = given.trim().toUpperCase();
      if (!/^[A-Z0-9_.-]{1,60}$/.test(id)) {
        const hint = 'Give the id that FRED has for it, e.g. CPIAUCSL, UNRATE, FEDFUNDS, DGS10.';
        throw new AppError('invalid_input', `"${given.slice(0, 60)}" is no name of a macro series.`, { hint });
      }
      if (simulated && id.startsWith('SIM_')) return readSimulated(id, { asOf, ...range });
      const notices = [...(await refreshOnce(id))];
      const { series } = (await store.find(id))!;
      const observations = await store.read({ series: id, asOf, ...range });
      if (observations.some((each) => each.estimatedRelease)) {
        notices.push(
          `${series.source} keeps no releases of ${id}: values are as revised by now, and count from a late guess.`,
        );
      }
      return { series, observations, notices };
    },
    providers: () => providers,
  };
}

type Question = { asOf: Timestamp; from?: Timestamp; to?: Timestamp; limit: number };

const noSource = (id: string, reasons: readonly string[]) =>
  new AppError('unavailable', `Nothing is stored of ${id}, and no source of macro series can be asked.`, {
    hint: 'Set FRED_API_KEY (free at fred.stlouisfed.org), or ask for a simulated series such as SIM_USD_CPI_Y_Y.',
    details: { reasons },
  });

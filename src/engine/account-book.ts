import type { Account } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import type { JournalEntry, JournalPayloads, JournalRecord } from '../domain/record.ts';
import { applyRecord, openAccount } from '../portfolio/account.ts';
import type { Bus } from '../ports/bus.ts';
import type { Journal } from '../ports/journal.ts';
import { announce } from './announce.ts';
import type { AccountBook } from './desk.ts';
import { type GrowingLedger, openLedger } from './ledger.ts';

export interface AccountBookOptions {
  journal: Journal;
  /** The account that `read()` means. */
  account: string;
  bus?: Bus;
  /** Brings projections up to date; awaited, so that who appends also sees them. */
  onAppended?: (records: readonly JournalRecord[]) => void | Promise<void>;
  /**
   * Told when `onAppended` fails. The records stand: failing the append would make callers send orders again.
   * Projections catch up from their own mark.
   */
  onLag: (failure: unknown) => void;
}

interface State {
  account: Account | undefined;
  ledger: GrowingLedger;
  sequence: number;
  queue: Promise<unknown>;
}

/** Tries before an append that keeps losing to other writers gives up. */
const TRIES = 50;

/** Folds each account once, follows its journal from there, and writes one entry after the other. */
export function createAccountBook({ journal, account: own, bus, onAppended, onLag }: AccountBookOptions): AccountBook {
  const states = new Map<string, State>();

  const stateOf = (id: string): State => {
    const known = states.get(id);
    if (known) return known;
    const fresh: State = { account: undefined, ledger: openLedger(), sequence: 0, queue: Promise.resolve() };
    states.set(id, fresh);
    return fresh;
  };

  function fold(id: string, state: State, record: JournalRecord) {
    if (record.sequence !== state.sequence + 1) {
      throw new AppError('corrupt', `Record ${state.sequence + 1} of ${id} is missing from the journal.`);
    }
    if (state.account) state.account = applyRecord(state.account, record);
    else if (record.kind === 'account-opened') {
      state.account = { ...openAccount(id, record.payload, record.time), sequence: record.sequence };
    } else throw new AppError('corrupt', `The journal of ${id} does not begin with its opening.`);
    state.ledger.apply(record);
    state.sequence = record.sequence;
  }

  async function catchUp(id: string, state: State) {
    const { sequence } = await journal.head(id);
    if (sequence === state.sequence) return;
    for await (const record of journal.read(id, state.sequence)) fold(id, state, record);
  }

  /** One after the other per account; a failure does not hold up the next. */
  function inTurn<T>(id: string, task: (state: State) => Promise<T>): Promise<T> {
    const state = stateOf(id);
    const result = state.queue.then(() => task(state));
    state.queue = result.catch(() => undefined);
    return result;
  }

  const opened = (id: string, state: State): Account => {
    if (state.account) return state.account;
    throw new AppError('not_found', `There is no account ${id}.`, {
      hint: 'Start the desk once; it opens the account.',
    });
  };

  async function write(id: string, state: State, entries: readonly JournalEntry[]): Promise<JournalRecord[]> {
    const records = await journal.append(id, state.sequence, entries);
    for (const record of records) fold(id, state, record);
    if (bus) announce(bus, records);
    try {
      await onAppended?.(records);
    } catch (failure) {
      onLag(failure);
    }
    return records;
  }

  /** Builds on the newest state until no other writer was faster. */
  async function writeOnNewest(id: string, state: State, build: (state: State) => Promise<JournalEntry[]>) {
    for (let attempt = 1; ; attempt++) {
      await catchUp(id, state);
      const entries = await build(state);
      if (entries.length === 0) return [];
      try {
        return await write(id, state, entries);
      } catch (failure) {
        const lost = failure instanceof AppError && failure.code === 'conflict';
        if (!lost || attempt >= TRIES) throw failure;
      }
    }
  }

  return {
    read: (id = own) =>
      inTurn(id, async (state) => {
        await catchUp(id, state);
        return opened(id, state);
      }),
    ledger: (id = own) =>
      inTurn(id, async (state) => {
        await catchUp(id, state);
        return state.ledger;
      }),
    open: (id: string, opening: JournalPayloads['account-opened']) =>
      inTurn(id, async (state) => {
        await writeOnNewest(id, state, async () =>
          state.account ? [] : [{ kind: 'account-opened', payload: opening }],
        );
        return opened(id, state);
      }),
    append: (id, build) =>
      inTurn(id, async (state) => {
        const records = await writeOnNewest(id, state, async () => build(opened(id, state), state.ledger));
        return { account: opened(id, state), records };
      }),
  };
}

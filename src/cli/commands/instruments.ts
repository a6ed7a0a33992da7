import { Command } from 'commander';
import type { InstrumentDocument } from '../../api/documents.ts';
import { AppError } from '../../domain/errors.ts';
import { type DeskClient, withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const instrumentsCommand = (context: CliContext) =>
  new Command('instruments')
    .description(
      'Instruments that the desk knows; a code that it does not know yet is looked for at your vendors and kept.',
    )
    .argument('[spelling]', 'any usual spelling, such as EUR/USD, VOD.L or SHOP, or a part of a name')
    .action(async (spelling: string | undefined, { json }: { json?: boolean }) => {
      const instruments = await withDesk(context, (desk) => (spelling ? found(desk, spelling) : known(desk)));
      context.out(json ? JSON.stringify({ instruments }) : instruments.map(line).join('\n'));
    });

const known = async (desk: DeskClient) =>
  (await desk.call<{ instruments: InstrumentDocument[] }>('GET', '/api/instruments')).instruments;

/** The one that is meant, else those whose name has the text in it. Throws `unknown_symbol`, `ambiguous_symbol`. */
async function found(desk: DeskClient, spelling: string): Promise<InstrumentDocument[]> {
  const path = `/api/instruments/resolve?${new URLSearchParams({ symbol: spelling })}`;
  try {
    return [(await desk.call<{ instrument: InstrumentDocument }>('GET', path)).instrument];
  } catch (failure) {
    if (!(failure instanceof AppError && failure.code === 'unknown_symbol')) throw failure;
    const part = spelling.trim().toLowerCase();
    const near = (await known(desk)).filter(({ symbol, name }) => `${symbol} ${name}`.toLowerCase().includes(part));
    if (near.length === 0) throw failure;
    return near;
  }
}

const line = ({ symbol, name, assetClass, venue, quote, tick, lot, tradable }: InstrumentDocument) =>
  [
    symbol.padEnd(12),
    assetClass.padEnd(7),
    venue.padEnd(9),
    quote.padEnd(5),
    tradable ? `tick ${tick.padEnd(11)} lot ${lot.padEnd(9)}` : 'not traded'.padEnd(30),
    name,
  ].join(' ');

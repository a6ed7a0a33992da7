import type { Instrument } from '../../../domain/instrument.ts';
import type { OpenVendorStream, VendorEvent, VendorStream } from '../../../ports/stream.ts';

/**
 * One stream over a vendor's several connections, such as one for shares and one for crypto. Each is opened with its
 * first symbol; what it says of itself names the symbols that it carries.
 * @param branchOf the connection of an instrument; `not_found` is for that connection to throw
 */
export function branched<Name extends string>(
  branches: Record<Name, OpenVendorStream>,
  branchOf: (instrument: Instrument) => Name,
  channels: VendorStream['channels'],
  listener: (event: VendorEvent) => void,
): VendorStream {
  const open = new Map<Name, { stream: VendorStream; symbols: Set<string> }>();

  function branch(name: Name) {
    const known = open.get(name);
    if (known) return known;
    const symbols = new Set<string>();
    const stream = branches[name]((event) =>
      listener(
        event.kind === 'up' || event.kind === 'down' || event.kind === 'refused'
          ? { ...event, symbols: [...symbols] }
          : event,
      ),
    );
    const opened = { stream, symbols };
    open.set(name, opened);
    return opened;
  }

  return {
    channels,
    follow(instruments) {
      for (const [name, ours] of Map.groupBy(instruments, branchOf)) {
        const { stream, symbols } = branch(name);
        for (const { symbol } of ours) symbols.add(symbol);
        stream.follow(ours);
      }
    },
    unfollow(leaving) {
      for (const { stream, symbols } of open.values()) {
        for (const symbol of leaving) symbols.delete(symbol);
        stream.unfollow(leaving);
      }
    },
    async close() {
      await Promise.all([...open.values()].map(({ stream }) => stream.close()));
    },
  };
}

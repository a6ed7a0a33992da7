import type { Account } from '../domain/account.ts';
import { divideRounded, formatAmount, type Price, toNumber } from '../domain/decimal.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Trade } from './metrics.ts';

interface OpenTrade {
  side: 'long' | 'short';
  openedAt: number;
  /** Realised profit less fees of the account before the first fill. */
  before: bigint;
  entered: bigint;
  paid: bigint;
  left: bigint;
  got: bigint;
}

const net = (account: Account) => account.realised - account.fees;

/** Round trips of one symbol, read off the account as it was before and after each fill. */
export function createTradeLog(symbol: string) {
  const trades: Trade[] = [];
  let open: OpenTrade | undefined;

  const positionOf = (account: Account) => account.positions.find((position) => position.symbol === symbol);

  return {
    trades,
    /** Whether a position is held now. */
    isOpen: () => open !== undefined,
    onFill(fill: Fill, role: Order['role'], before: Account, after: Account) {
      const held = positionOf(before);
      const holds = positionOf(after);
      const worth = fill.price * fill.quantity;
      if (open && (!holds || holds.side !== open.side)) {
        // What goes beyond the position opens the next one.
        const closing = held?.quantity ?? fill.quantity;
        open.left += closing;
        open.got += fill.price * closing;
        trades.push({
          symbol,
          side: open.side,
          quantity: formatAmount(open.entered),
          entryPrice: formatAmount(divideRounded(open.paid, open.entered) as Price),
          exitPrice: formatAmount(divideRounded(open.got, open.left) as Price),
          profit: toNumber(net(after) - open.before),
          openedAt: open.openedAt,
          closedAt: fill.eventTime,
          exit: role === 'entry' ? 'exit' : role,
        });
        open = undefined;
        if (holds) open = begin(holds.side, fill, net(after), holds.quantity);
      } else if (open && held && holds && holds.quantity < held.quantity) {
        open.left += fill.quantity;
        open.got += worth;
      } else if (open) {
        open.entered += fill.quantity;
        open.paid += worth;
      } else if (holds) open = begin(holds.side, fill, net(before), fill.quantity);
    },
  };
}

const begin = (side: OpenTrade['side'], fill: Fill, before: bigint, quantity: bigint): OpenTrade => ({
  side,
  openedAt: fill.eventTime,
  before,
  entered: quantity,
  paid: fill.price * quantity,
  left: 0n,
  got: 0n,
});

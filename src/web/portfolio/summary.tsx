import type { AccountDocument } from '../../api/documents.ts';
import { Notices } from '../desk/provenance.tsx';
import { Card, Stat, toneOf } from '../parts/card.tsx';
import { money, percent, signedMoney, signedPercent, words } from '../parts/format.ts';

/** The account in six numbers. */
export function Summary({ account }: { account?: AccountDocument }) {
  const currency = account?.currency;
  const start = Number(account?.dayStartEquity ?? 0);
  const day = start > 0 ? Number(account!.dayProfit) / start : 0;
  const total = account && Number(account.deposited) > 0 ? Number(account.equity) / Number(account.deposited) - 1 : 0;
  return (
    <>
      <Card>
        <dl className="grid min-h-[58px] grid-cols-2 gap-x-4 gap-y-5 sm:grid-cols-3 lg:grid-cols-6">
          <Stat label="Equity" hint={account && `${signedPercent(total)} since the start`}>
            {account ? money(account.equity, currency) : ' '}
          </Stat>
          <Stat label="Today" tone={toneOf(account?.dayProfit)} hint={account && signedPercent(day)}>
            {account ? signedMoney(account.dayProfit, currency) : ' '}
          </Stat>
          <Stat
            label="Open profit"
            tone={toneOf(account?.unrealised)}
            hint={account && `realised ${signedMoney(account.realised, currency)}`}
          >
            {account ? signedMoney(account.unrealised, currency) : ' '}
          </Stat>
          <Stat label="Cash" hint={account && `fees ${money(account.fees, currency)}`}>
            {account ? money(account.cash, currency) : ' '}
          </Stat>
          <Stat label="Exposure" hint="positions over equity">
            {account ? percent(account.grossExposure, 1) : ' '}
          </Stat>
          <Stat label="Drawdown" hint={account && `trading ${words(account.tradingState)}`}>
            {account ? percent(account.drawdown, 2) : ' '}
          </Stat>
        </dl>
      </Card>
      {account && <Notices notices={account.notices} />}
    </>
  );
}

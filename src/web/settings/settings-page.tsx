import { Access } from './access.tsx';
import { Appearance } from './appearance.tsx';
import { Doctor } from './doctor.tsx';
import { ImportFile } from './import-file.tsx';
import { Password } from './password.tsx';
import { Plan } from './plan.tsx';
import { Risk } from './risk.tsx';
import { TradingState } from './trading-state.tsx';

export const SettingsPage = () => (
  <div className="flex flex-col gap-4">
    <h1 className="flex min-h-9 items-center text-[22px] font-semibold tracking-tight">Settings</h1>
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <TradingState />
        <Risk />
        <Plan />
        <ImportFile />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Doctor />
        <Access />
        <Password />
        <Appearance />
      </div>
    </div>
  </div>
);

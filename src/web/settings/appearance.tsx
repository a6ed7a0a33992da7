import { Card } from '../parts/card.tsx';
import { capital } from '../parts/format.ts';
import { setTheme, type Theme, useTheme } from '../shell/theme.ts';

export function Appearance() {
  const theme = useTheme();
  return (
    <Card title="Appearance">
      <fieldset className="flex gap-1 rounded-lg bg-raised p-1">
        <legend className="sr-only">Theme</legend>
        {(['system', 'light', 'dark'] satisfies Theme[]).map((each) => (
          <label
            key={each}
            className={`flex-1 cursor-pointer rounded-md py-1.5 text-center text-[14px] font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent ${theme === each ? 'bg-surface text-ink shadow-card' : 'text-faint hover:text-ink'}`}
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={theme === each}
              onChange={() => setTheme(each)}
            />
            {capital(each)}
          </label>
        ))}
      </fieldset>
    </Card>
  );
}

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Icon } from '../shell/icons.tsx';
import { parseAsk } from './parse-ask.ts';

/** Type "analyze EURUSD" and press Enter; `/` brings the cursor here from anywhere. */
export function AskBar({
  busy,
  onAsk,
  onStop,
}: {
  busy: boolean;
  onAsk: (question: { symbol: string; interval?: string }) => void;
  onStop: () => void;
}) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== '/' || typing || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  function ask(event: FormEvent) {
    event.preventDefault();
    const asked = parseAsk(text);
    if ('problem' in asked) return setProblem(asked.problem);
    setProblem(undefined);
    onAsk(asked);
    input.current?.select();
  }

  return (
    <form onSubmit={ask} aria-label="Ask the desk">
      <div className="flex items-center gap-2 rounded-xl border border-line bg-surface p-1.5 shadow-card focus-within:border-accent">
        <input
          ref={input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label="Ask the desk"
          aria-describedby={problem ? 'ask-problem' : undefined}
          aria-invalid={problem ? true : undefined}
          placeholder="analyze EURUSD"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          className="h-11 min-w-0 flex-1 bg-transparent px-3 text-[17px] outline-none placeholder:text-faint"
        />
        <kbd
          title="Press / to ask"
          className="hidden rounded-md border border-line px-1.5 text-[12px] text-faint md:block"
        >
          /
        </kbd>
        {busy ? (
          <Button onClick={onStop} aria-label="Stop the analysis">
            <Icon name="stop" size={16} />
            Stop
          </Button>
        ) : (
          <Button type="submit" look="primary">
            Analyze
            <Icon name="send" size={16} />
          </Button>
        )}
      </div>
      {problem && (
        <p id="ask-problem" role="alert" className="mt-1.5 px-2 text-[13.5px] text-down">
          {problem}
        </p>
      )}
    </form>
  );
}

import type { CliContext } from './context.ts';

const WIDTH = 30;

/**
 * Tells how far a long piece of work has come: a bar that is drawn over on a terminal, else a line for each quarter.
 * Nothing with --json.
 */
export function createProgress(context: Pick<CliContext, 'note' | 'redraw'>, silent: boolean | undefined) {
  let last = '';
  const tell = (name: string, done: number, text: string) => {
    if (silent) return;
    const percent = Math.floor(done * 100);
    if (context.redraw) {
      const filled = Math.round(done * WIDTH);
      const line = `${name.padEnd(8)} [${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${String(percent).padStart(3)}%  ${text}`;
      if (line !== last) context.redraw(line);
      last = line;
      return;
    }
    const quarter = `${name} ${Math.floor(percent / 25) * 25}%`;
    if (quarter === last || quarter.endsWith(' 0%')) return;
    last = quarter;
    context.note(`${quarter}: ${text}`);
  };
  /** The answer begins on a line of its own. */
  const end = () => {
    if (context.redraw && last !== '') context.redraw('');
  };
  return { tell, end };
}

import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { type ChatAnswer, createChat } from '../../../agents/chat.ts';
import type { DecisionDocument } from '../../domain/record.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { failureOf } from '../fail.ts';

export const chatCommand = (context: CliContext) =>
  new Command('chat')
    .description(
      'Ask in plain words: "analyze EURUSD", "price of AAPL", "news on gold", "portfolio". It cannot place orders.',
    )
    .argument('[line...]', 'one question; without it, a conversation until an empty line')
    .action((words: string[], { json }: { json?: boolean }) =>
      withDesk(context, async (desk) => {
        const tools = await desk.tools(['market-data', 'sentiment', 'conclave']);
        const chat = createChat({
          tools,
          analyze: ({ symbol, interval }) => desk.call<DecisionDocument>('POST', '/api/analyze', { symbol, interval }),
        });
        const show = (answer: ChatAnswer) => context.out(json ? JSON.stringify(answer) : answer.text);
        try {
          if (words.length > 0) return show(await chat(words.join(' ')));
          const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: 'you> ' });
          // Lines that were piped in outlive their stream; then there is nobody to prompt.
          let open = true;
          lines.once('close', () => {
            open = false;
          });
          lines.prompt();
          for await (const line of lines) {
            if (line.trim() === '') break;
            // A question that fails is answered with why; the conversation goes on.
            await chat(line).then(show, (failure) => context.out(failureOf(failure).document.error.message));
            if (open) lines.prompt();
          }
          lines.close();
        } finally {
          await tools.close();
        }
      }),
    );

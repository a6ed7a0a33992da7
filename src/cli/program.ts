import { Command } from 'commander';
import { version } from '../version.ts';
import { analyzeCommand } from './commands/analyze.ts';
import { backtestCommand } from './commands/backtest.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { benchCommand } from './commands/bench.ts';
import { chatCommand } from './commands/chat.ts';
import { cycleCommand } from './commands/cycle.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { instrumentsCommand } from './commands/instruments.ts';
import { mcpCommand } from './commands/mcp.ts';
import { qualityCommand } from './commands/quality.ts';
import { replayCommand } from './commands/replay.ts';
import { scoreboardCommand } from './commands/scoreboard.ts';
import { startCommand } from './commands/start.ts';
import { userCommand } from './commands/user.ts';
import { verifyAuditCommand } from './commands/verify-audit.ts';
import type { CliContext } from './context.ts';

const commands = [
  startCommand,
  analyzeCommand,
  chatCommand,
  importCommand,
  exportCommand,
  qualityCommand,
  cycleCommand,
  backtestCommand,
  replayCommand,
  scoreboardCommand,
  instrumentsCommand,
  mcpCommand,
  doctorCommand,
  verifyAuditCommand,
  backupCommand,
  restoreCommand,
  userCommand,
  evalCommand,
  benchCommand,
];

/** Every command of `conclave`, ready to parse. Errors are thrown, never printed: main.ts prints them as JSON. */
export function program(context: CliContext): Command {
  const root = new Command('conclave')
    .description('A trading desk of agents on your own machine. Paper money by default; not investment advice.')
    .version(version, '-v, --version', 'print the version')
    .addHelpText(
      'after',
      `
Examples:
  npm start                                         start the desk and print the link that signs you in
  npm run -s conclave -- analyze EURUSD             what the six analysts say, and what risk says to it
  npm run -s conclave -- cycle --symbols EURUSD,BTCUSDT --once
  npm run -s conclave -- mcp analysis               an MCP server on stdio, for Claude Desktop and others

Every command takes --help and --json (one document on stdout, progress on stderr; exit code 0 or not).`,
    );
  const output = {
    writeOut: (text: string) => context.out(text.trimEnd()),
    writeErr: (text: string) => context.note(text.trimEnd()),
    outputError: () => {},
  };
  root.exitOverride().configureOutput(output).showSuggestionAfterError(true);
  const prepare = (command: Command) => {
    command.exitOverride().configureOutput(output);
    if (command.commands.length === 0) command.option('--json', 'print one JSON document on stdout');
    for (const part of command.commands) prepare(part);
    return command;
  };
  for (const build of commands) root.addCommand(prepare(build(context)));
  return root;
}

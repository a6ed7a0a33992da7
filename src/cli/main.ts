import { processContext } from './context.ts';
import { failureOf } from './fail.ts';
import { program } from './program.ts';

const context = processContext();
try {
  await program(context).parseAsync(process.argv.slice(2), { from: 'user' });
} catch (failure) {
  if (failure instanceof Error && 'exitCode' in failure && failure.exitCode === 0) {
    // --help and --version end this way.
  } else {
    const { document, exitCode, bug } = failureOf(failure);
    if (bug && process.env.LOG_LEVEL === 'debug') context.note(bug.stack ?? bug.message);
    context.note(JSON.stringify(document));
    process.exitCode = exitCode;
  }
}

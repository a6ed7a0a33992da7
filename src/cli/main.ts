import { processContext } from './context.ts';
import { failureOf } from './fail.ts';
import { program } from './program.ts';

const context = processContext();
// Who pipes into `head` and has seen enough hangs up; that is no failure.
process.stdout.on('error', (failure: NodeJS.ErrnoException) => {
  if (failure.code !== 'EPIPE') throw failure;
  process.exit();
});
try {
  await program(context).parseAsync(process.argv.slice(2), { from: 'user' });
} catch (failure) {
  if (failure instanceof Error && 'exitCode' in failure && failure.exitCode === 0) {
    // --help and --version end this way.
  } else {
    const { document, exitCode, bug } = failureOf(failure);
    // What a person needs to report it; the last line stays the document.
    if (bug) context.note(bug.stack ?? bug.message);
    context.note(JSON.stringify(document));
    process.exitCode = exitCode;
  }
}

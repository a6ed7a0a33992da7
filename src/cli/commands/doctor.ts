import { Command } from 'commander';
import type { DoctorDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const doctorCommand = (context: CliContext) =>
  new Command('doctor')
    .description('What is on, what is off and why: database, cache, sources, models, schedule, disk.')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await withDesk(context, (desk) => desk.call<DoctorDocument>('GET', '/api/doctor'));
      context.out(json ? JSON.stringify(report) : report.checks.map(line).join('\n'));
      if (!report.ok) process.exitCode = 1;
    });

const line = ({ name, state, text, hint }: DoctorDocument['checks'][number]) =>
  `${state.padEnd(8)} ${name.padEnd(20)} ${text}${hint ? ` ${hint}` : ''}`;

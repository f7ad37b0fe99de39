// What the doctor finds on this host, added to a status that has problems: the cause is often a setting, not a process.
// Spec: docs/status.md; doctor/. A user who may not look, and a daemon elsewhere, get the status without it.

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { paint } from '../ipvs/columns.ts';

/** The status, with findings where it has problems of services. */
export async function withDoctor(status: Status): Promise<Status> {
  if (status.problems.length === 0 || status.services.length === 0) return status;
  const { examine } = await import('../ipvs/doctor.ts');
  const examined = await examine(undefined, status);
  if (!examined.ok) return status;
  const doctor = examined.value.findings.flatMap(({ severity, rule, subjects, why, command }) =>
    severity === 'info' ? [] : [{ severity, rule, subjects, why, command }],
  );
  return doctor.length === 0 ? status : { ...status, doctor };
}

const mostSubjects = 3;

/** A line for each finding, and where to read more; '' without findings. */
export function doctorLines({ doctor = [] }: Status): string {
  if (doctor.length === 0) return '';
  const colour = paint();
  const lines = doctor.map(({ severity, rule, subjects, command }) => {
    const about = subjects.slice(0, mostSubjects).map(visible).join(', ');
    const more = subjects.length > mostSubjects ? ` and ${subjects.length - mostSubjects} more` : '';
    const name = severity === 'error' ? colour.red(rule) : colour.yellow(rule);
    return `  ${name}${about === '' ? '' : `: ${about}${more}`}\n    ${visible(command)}\n`;
  });
  return `The doctor finds on this host (lvskit vs doctor says why):\n${lines.join('')}`;
}

// doctor/: why a director that is set up does not serve. Gather `Facts` (settingNames says which settings), give them to `diagnose`, print
// what comes out: each finding says what was read, why it matters and the command that changes it. Pure: nothing here reads the machine.
export { type Diagnosis, type DoctorRule, diagnose, doctorRules } from './diagnose.ts';
export { type ConnectionCount, type Facts, type InterfaceFacts, settingNames } from './facts.ts';
export type { Finding, Severity } from './finding.ts';

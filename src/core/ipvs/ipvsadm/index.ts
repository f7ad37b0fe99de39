// ipvsadm's command line and its output as pure functions. Spec: ipvsadm(8), ipvsadm 1.31 as observed.
export {
  type Command,
  type ListFormat,
  type Reading,
  readCommand,
  tryHelp,
} from './command.ts';
export { complaintOf } from './complaints.ts';
export { printConnections } from './connection-listing.ts';
export {
  printDaemons,
  printTable,
  printTimeouts,
  printVersion,
  type ReverseNames,
  tablePrinter,
  tableTitle,
} from './listing.ts';
export { spellings as ipvsadmSpellings } from './options.ts';
export { sortServices } from './order.ts';
export { restoreLines } from './reader.ts';
export { requestOf } from './request.ts';
export { readRestoreLine } from './restore-line.ts';

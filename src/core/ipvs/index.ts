// The door of ipvs/: services, destinations, counters; attribute codec, requests, planner, ipvsadm's text. Floor 3.

export { type BootSettings, readBootSettings } from './boot-settings.ts';
export { type Ask, createIpvsClient, type IpvsClient, type Shortcuts } from './client.ts';
export { readMask, serviceFamily } from './codec-service.ts';
export {
  type ConnectionEntry,
  type ConnectionProtocol,
  connectionStates,
  isTemplate,
  markOf,
  parseConnection,
  parseConnections,
} from './connections.ts';
export {
  destinationDocument,
  forwardingDocuments,
  observedDocument,
  schemaName,
  settingsDocument,
  shownMask,
  tableDocument,
} from './document.ts';
export {
  type DocumentPath,
  type DocumentProblem,
  printPath,
  readDocument,
  readTableDocument,
} from './document-read.ts';
export { ByteSink, type TakePiece } from './fast/byte-writer.ts';
export { trueOrder } from './fast/orders.ts';
export type { SchedulerName } from './fast/plain-service.ts';
export {
  type MeasuredPrinter,
  printServices,
  type TableForms,
  type TablePrinter,
  type TableSize,
} from './fast/printer.ts';
export type { ReadOption } from './fast/server-counts.ts';
export { readServerEntries } from './fast/server-entries.ts';
export { forwardingWords } from './fast/words.ts';
export {
  type Command,
  complaintOf,
  ipvsadmSpellings,
  type ListFormat,
  printConnections,
  printDaemons,
  printTable,
  printTimeouts,
  printVersion,
  type Reading,
  type ReverseNames,
  readCommand,
  readRestoreLine,
  requestOf,
  restoreLines,
  sortServices,
  tablePrinter,
  tableTitle,
  tryHelp,
} from './ipvsadm/index.ts';
export { serverRefusal } from './judge.ts';
export * from './model.ts';
export { compareDestinations, compareServices } from './order.ts';
export {
  type Change,
  lower,
  type Operation,
  type PlanOptions,
  plan,
  planDestination,
  sameDestination,
  sameSettings,
} from './plan.ts';
export { subjectOf } from './refusal.ts';
export {
  decodeDestinations,
  decodeInfo,
  decodeServices,
  decodeTimeouts,
} from './requests.ts';
export type { RulesLoss } from './rules-losses.ts';
export {
  foreignSchedulerFlag,
  noSchedulerFlags,
  parseSchedulerFlags,
  schedulerFlagNames,
} from './scheduler-flags.ts';
export { applyToTable, servicesOf, type Table, type TableRefusal, tableOf } from './table.ts';
export {
  type NameLookup,
  type ParsedRules,
  parseRule,
  parseSave,
  type Rule,
  saveDefaults,
} from './text-parse.ts';
export {
  printDestination,
  printSave,
  printService,
  rulesPrinter,
  type SaveOptions,
} from './text-print.ts';

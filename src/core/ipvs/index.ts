// The door of ipvs/: services, destinations, counters; attribute codec, requests, planner, ipvsadm's text. Floor 3.

export { type Ask, createIpvsClient, type IpvsClient } from './client.ts';
export { readMask, serviceFamily } from './codec-service.ts';
export {
  type ConnectionEntry,
  isTemplate,
  parseConnection,
  parseConnections,
} from './connections.ts';
export { ipvsFamily } from './constants.ts';
export {
  destinationDocument,
  idDocument,
  observedDocument,
  schemaName,
  settingsDocument,
  shownMask,
  tableDocument,
} from './document.ts';
export { readTableDocument } from './document-read.ts';
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
  requestOf,
  restoreLines,
  tryHelp,
} from './ipvsadm/index.ts';
export * from './model.ts';
export { compareDestinations, compareServices } from './order.ts';
export {
  type Change,
  lower,
  type Operation,
  type PlanOptions,
  plan,
  type ServiceDefinition,
  sameDestination,
  sameSettings,
} from './plan.ts';
export { explain, subjectOf } from './refusal.ts';
export {
  decodeDaemons,
  decodeDestinations,
  decodeInfo,
  decodeServices,
  decodeTimeouts,
  flush,
  getInfo,
  getTimeouts,
  listDaemons,
  listDestinations,
  listServices,
  setTimeouts,
  startDaemon,
  stopDaemon,
  zeroCounters,
} from './requests.ts';
export { noSchedulerFlags, parseSchedulerFlags, schedulerFlagNames } from './scheduler-flags.ts';
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
  printMask,
  printSave,
  printService,
  printServiceId,
  type SaveOptions,
} from './text-print.ts';

// The door of ipvs/: services, destinations, counters; attribute codec, requests, planner, ipvsadm's text. Floor 3.

export { serviceFamily } from './codec-service.ts';
export { ipvsFamily } from './constants.ts';
export * from './model.ts';
export { compareDestinations, compareServices } from './order.ts';
export {
  lower,
  type Operation,
  type PlanOptions,
  plan,
  type ServiceDefinition,
  sameDestination,
  sameSettings,
} from './plan.ts';
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

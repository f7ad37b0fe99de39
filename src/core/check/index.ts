// check/: health checks. Create one machine per checker block with `createChecker`, wake it at `checkerDeadline`, hand it what its
// connection or program does through `stepChecker`; effects come back in order: connect, send, close, spawn, kill, verdict, log.
// `unsupportedCheck` says before creation what this build cannot do; `sameCheck` and `reconfigureChecker` carry a checker over a reload.
// `createReply` and its neighbours read an HTTP reply as keepalived does, for genhash too. For daemon/ (and cli/ for genhash): nothing
// else runs checks, and nothing here opens a socket or knows the pool.
export type * from './config.ts';
export { worstDetection } from './detection.ts';
export type * from './events.ts';
export type { Standing } from './health.ts';
export {
  createReply,
  type HttpReply,
  isComplete,
  longestHeader,
  type ReplyListener,
  readReply,
  replyDigest,
} from './http-reply.ts';
export { encodeRequest, type HttpRequest } from './http-request.ts';
export {
  type Checker,
  type CheckerStart,
  checkerDeadline,
  createChecker,
  reconfigureChecker,
  stepChecker,
  succeedChecker,
} from './machine.ts';
export { unsupportedCheck } from './protocols.ts';
export { sameCheck } from './same.ts';
export * from './status.ts';

// The door of check/: the checker machine, its inputs and effects, what it can run. Floor 3.
export type * from './config.ts';
export type * from './events.ts';
export {
  createReply,
  type HttpReply,
  longestHeader,
  type ReplyListener,
  readReply,
  replyDigest,
} from './http-reply.ts';
export { encodeRequest, type HttpRequest } from './http-request.ts';
export {
  type Checker,
  type CheckerStart,
  type CheckerStep,
  createChecker,
  deadline,
  reconfigure,
  step,
} from './machine.ts';
export { sameCheck } from './same.ts';
export { unsupportedCheck } from './unsupported.ts';

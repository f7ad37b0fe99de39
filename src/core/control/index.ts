// control/: the protocol of the control socket, without any socket. `createCopy` holds what children push (`takePush`, `childMoved`),
// `statusOf` answers from it, `createSession` and its neighbours turn a client's bytes into requests (`takeRequest`), `judge` says whether a
// request may be carried out. Schemas are assembled from the modules' `status.ts`; a new field of a record goes there. For daemon/
// (messages), runtime/ (the socket) and cli/ (the client); nobody else.
export * from './answer.ts';
export * from './copy.ts';
export { errorLine, type Received, type RequestId, type RpcError, replyLine, rpcCodes } from './framing.ts';
export { isContended, isUnheard, longestSilence } from './health.ts';
export { type Entry, entriesAfter } from './journal.ts';
export { printKey } from './keys.ts';
export * from './methods.ts';
export { controlPath } from './path.ts';
export * from './schemas.ts';
export * from './session.ts';

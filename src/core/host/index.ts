// The door of host/: the only room that touches the operating system. Floor 5.
export { accountOf, forgetAccounts, learnAccounts, nameOf } from './accounts.ts';
export { clockOrigin, now, pauseFor, rehearseTimer } from './clock.ts';
export { type Connection, type DialEvent, dial } from './dial.ts';
export { type Driver, drive, type Machine } from './driver.ts';
export { childEnvironment } from './environment.ts';
export { unreadableFile, unwritableFile } from './file-faults.ts';
export { inputPortions, openToRead, readLines } from './file-lines.ts';
export { createReader } from './files.ts';
export {
  fileIdentity,
  fileIdentityLater,
  filesBelow,
  isDirectory,
  isThere,
  namesIn,
  nearestFile,
  permissionsOf,
  readBytes,
  readInputToEnd,
  textAt,
} from './input-files.ts';
export { interfaceNames } from './interfaces.ts';
export { loadKernelModule, type ModuleLoading } from './kernel-module.ts';
export { opensRawSocket } from './libc.ts';
export { askLocally, followLocally, type LocalServer, listenLocally, type Peer } from './local-socket.ts';
export { bootId, type LockedFile, networkNamespace, openLocked } from './locked-file.ts';
export { createLogger, type LogEvent, type LogFormat, type Logger, type LogLevel } from './log.ts';
export {
  type InterfaceReport,
  interfaceReports,
  kernelModules,
  kernelSetting,
  localRoutes,
} from './machine.ts';
export { residentBytes } from './memory.ts';
export { addressOfName, nameOfAddress } from './name-lookup.ts';
export { type BlockingNetlink, openBlockingNetlink } from './netlink-blocking.ts';
export { type NetlinkOptions, type NetlinkSocket, openNetlink } from './netlink-socket.ts';
export { type OptionReader, openOptionReader } from './option-reader.ts';
export { type Output, openStandardError } from './output.ts';
export { linkAt, placeAt, placeLink, removeFile, writeBytes } from './output-files.ts';
export { openPacketSocket, type PacketSocket } from './packet-socket.ts';
export { matchRegex, type RegexRequest } from './pcre.ts';
export { claimPid, makeDirectory, removePid, writePid } from './pid-file.ts';
export { becomeRealTime } from './priority.ts';
export { type Capability, type Launcher, launcherWith } from './privileges.ts';
export { accountFor, type ProcessEnd, type RunningProcess, runProcess } from './process.ts';
export { processGroups, signalGroup, startOf } from './process-groups.ts';
export { randomNumber } from './random.ts';
export { openVrrpSocket, type VrrpPacket, type VrrpSocket, type VrrpSocketOptions } from './raw-socket.ts';
export { replaceFile } from './replace-file.ts';
export { inspectProgram, type ProgramPath } from './script-path.ts';
export { claimServices, isClaimed, type ServiceClaims } from './service-claims.ts';
export { survive, undebuggable } from './signals.ts';
export { forgetClientContexts } from './tls-client.ts';

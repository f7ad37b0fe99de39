// The rules of the linter; a test compares this list with the folders beside it.
// Spec: one folder per rule with rule.ts and rule.md.

import type { Rule } from '../rule.ts';
import { addressAlreadyHere } from './address-already-here/rule.ts';
import { addressOfAnother } from './address-of-another/rule.ts';
import { addressOutsideSubnet } from './address-outside-subnet/rule.ts';
import { addressWithoutPrefix } from './address-without-prefix/rule.ts';
import { alertToNobody } from './alert-to-nobody/rule.ts';
import { broadcastMismatch } from './broadcast-mismatch/rule.ts';
import { checkOnOtherPort } from './check-on-other-port/rule.ts';
import { commentInPassword } from './comment-in-password/rule.ts';
import { conflictingService } from './conflicting-service/rule.ts';
import { deprecatedKeyword } from './deprecated-keyword/rule.ts';
import { duplicateAddress } from './duplicate-address/rule.ts';
import { extraWords } from './extra-words/rule.ts';
import { groupStatesDiffer } from './group-states-differ/rule.ts';
import { impliedMethod } from './implied-method/rule.ts';
import { impossibleAddress } from './impossible-address/rule.ts';
import { insecureScript } from './insecure-script/rule.ts';
import { interfaceAlias } from './interface-alias/rule.ts';
import { interfaceNotReady } from './interface-not-ready/rule.ts';
import { keywordAsRecord } from './keyword-as-record/rule.ts';
import { missingScheduler } from './missing-scheduler/rule.ts';
import { missingScriptFile } from './missing-script-file/rule.ts';
import { newerKeyword } from './newer-keyword/rule.ts';
import { newerValue } from './newer-value/rule.ts';
import { ownAddressAsPeer } from './own-address-as-peer/rule.ts';
import { ownerPriority } from './owner-priority/rule.ts';
import { priorityRange } from './priority-range/rule.ts';
import { repeatedKeyword } from './repeated-keyword/rule.ts';
import { sampleMailAddress } from './sample-mail-address/rule.ts';
import { scriptSecurityOff } from './script-security-off/rule.ts';
import { scriptTimeout } from './script-timeout/rule.ts';
import { scriptWeight } from './script-weight/rule.ts';
import { serviceWithoutAddress } from './service-without-address/rule.ts';
import { shellWords } from './shell-words/rule.ts';
import { slowCheck } from './slow-check/rule.ts';
import { sorryServerIsRealServer } from './sorry-server-is-real-server/rule.ts';
import { sourceNotHere } from './source-not-here/rule.ts';
import { strictDropsService } from './strict-drops-service/rule.ts';
import { syncDaemonOfNobody } from './sync-daemon-of-nobody/rule.ts';
import { tcpCheckOfUdp } from './tcp-check-of-udp/rule.ts';
import { thresholdsReversed } from './thresholds-reversed/rule.ts';
import { trackedTwice } from './tracked-twice/rule.ts';
import { uncheckedServer } from './unchecked-server/rule.ts';
import { unicastWithoutSource } from './unicast-without-source/rule.ts';
import { unknownAccount } from './unknown-account/rule.ts';
import { unusedDefinition } from './unused-definition/rule.ts';
import { urlWithoutSlash } from './url-without-slash/rule.ts';

export const rules: readonly Rule[] = [
  addressAlreadyHere,
  addressOfAnother,
  addressOutsideSubnet,
  addressWithoutPrefix,
  alertToNobody,
  broadcastMismatch,
  checkOnOtherPort,
  commentInPassword,
  conflictingService,
  deprecatedKeyword,
  duplicateAddress,
  extraWords,
  groupStatesDiffer,
  impliedMethod,
  impossibleAddress,
  insecureScript,
  interfaceAlias,
  interfaceNotReady,
  keywordAsRecord,
  missingScheduler,
  missingScriptFile,
  newerKeyword,
  newerValue,
  ownAddressAsPeer,
  ownerPriority,
  priorityRange,
  repeatedKeyword,
  sampleMailAddress,
  scriptSecurityOff,
  scriptTimeout,
  scriptWeight,
  serviceWithoutAddress,
  shellWords,
  slowCheck,
  sorryServerIsRealServer,
  sourceNotHere,
  strictDropsService,
  syncDaemonOfNobody,
  tcpCheckOfUdp,
  thresholdsReversed,
  trackedTwice,
  uncheckedServer,
  unicastWithoutSource,
  unknownAccount,
  unusedDefinition,
  urlWithoutSlash,
];

// What the kernel reports and answers: interfaces for the VRRP machine, losses, completions, and the lines an operator reads about them.
// Spec: rtnetlink(7); a completion alone says that something is there (link/complete.ts).

import {
  askAgain,
  complete,
  type Heard,
  type LinkChange,
  nameOf,
  type OwnerId,
  staticOwnerId,
  want,
} from '../link/index.ts';
import { after, seconds } from '../time.ts';
import type { VrrpProcessInput } from './vrrp-state.ts';
import { log, settleHoldings, staticWants, type Turn, tell, tellHeld, tellInterfaces } from './vrrp-turn.ts';

/** What changed in the kernel, passed on as interfaces; then what was lost; then one plan for what may be had now. */
export function heard(turn: Turn, { foreign, lost, held, unsettled, reread }: Heard): void {
  tellInterfaces(turn, touchedBy(turn, foreign));
  tellHeld(turn, held);
  for (const { owner, what } of lost) lose(turn, owner, what);
  if (unsettled || lost.length > 0) settleHoldings(turn);
  if (reread) turn.effects.push({ kind: 'read-kernel' });
}

/** Interfaces that are gone or renamed are passed on at once; the indexes of the others are returned. */
function touchedBy(turn: Turn, changes: readonly LinkChange[]): ReadonlySet<number> {
  const touched = new Set<number>();
  for (const change of changes) {
    switch (change.kind) {
      case 'interface-deleted':
        tell(turn, { kind: 'interface', name: change.interface.name, interface: undefined });
        touched.delete(change.interface.index);
        break;
      case 'interface-renamed':
        tell(turn, { kind: 'interface', name: change.before, interface: undefined });
        touched.add(change.interface.index);
        break;
      case 'interface-created':
      case 'interface-up':
      case 'interface-down':
      case 'interface-changed':
        touched.add(change.interface.index);
        break;
      case 'address-added':
      case 'address-removed':
      case 'address-changed':
        touched.add(change.address.ifindex);
        break;
      case 'route-added':
      case 'route-removed':
      case 'rule-added':
      case 'rule-removed':
        break;
    }
  }
  return touched;
}

function lose(turn: Turn, owner: OwnerId, what: string): void {
  const { config, holdings } = turn.process;
  if (owner !== staticOwnerId) tell(turn, { kind: 'address-lost', owner, what });
  else if (config !== undefined) {
    log(turn, 'warning', `Static ${what} was removed by somebody else; adding it again`);
    want(holdings, staticOwnerId, staticWants(config));
  }
}

const verbs = { add: 'added', replace: 'changed', remove: 'removed' } as const;

/** The kernel's answers: what is there now is announced, what was set or removed is logged, a line for each owner and verb. */
export function completions(
  turn: Turn,
  { completions: answers }: Extract<VrrpProcessInput, { readonly kind: 'completions' }>,
): void {
  const { holdings, mirror, refusals } = turn.process;
  const done = new Map<string, string[]>();
  let isReread = false;
  for (const { ticket, fault } of answers) {
    const { flight, held, ledger, refused, isWanted, reread } = complete(holdings, mirror, ticket, fault);
    if (flight === undefined) continue;
    if (ledger.length > 0) turn.effects.push({ kind: 'record', entries: ledger });
    tellHeld(turn, held);
    if (reread || refused) isReread = true;
    if (refused && fault !== undefined) {
      if (isWanted) retryLater(turn);
      log(turn, 'error', `The kernel refused to ${flight.verb} ${nameOf(flight)}: ${fault.message}`);
    } else if (fault === undefined && flight.item !== undefined) {
      const line = `${flight.label === '' ? '' : `${flight.label}: `}${verbs[flight.verb]}`;
      const subjects = done.get(line);
      if (subjects === undefined) done.set(line, [nameOf(flight)]);
      else subjects.push(nameOf(flight));
    }
  }
  // Nothing is waited for: what was asked again was not in vain.
  if (refusals.again === undefined) refusals.vain = 0;
  if (holdings.flights.size === 0) settleHoldings(turn);
  for (const [line, subjects] of done) log(turn, 'info', `${line} ${shortened(subjects)}`);
  if (isReread) turn.effects.push({ kind: 'read-kernel' });
}

/** What the kernel refuses once it mostly refuses again: 1, 2, 4 .. 60 s until it is asked once more. */
function retryLater({ process: { refusals }, now }: Turn): void {
  refusals.again ??= after(now, seconds(Math.min(60, 2 ** refusals.vain)));
}

export function retry(turn: Turn): void {
  const { holdings, refusals } = turn.process;
  refusals.again = undefined;
  if (!askAgain(holdings)) refusals.vain = 0;
  else {
    refusals.vain++;
    settleHoldings(turn);
  }
}

/** So many are named in one line. */
const mostNamed = 10;

const shortened = (subjects: readonly string[]): string =>
  subjects.length <= mostNamed
    ? subjects.join(', ')
    : `${subjects.slice(0, mostNamed).join(', ')} and ${subjects.length - mostNamed} more`;

// Performs deliver and cancel of the alert machine: one entry of a total table for each outlet; how each ended comes back as an input.
// Spec: alert/outlets/; keepalived.conf(5) notify; run-script.ts for programs.

import type { AlertEffect, AlertInput, Delivery, OutletKind } from '../alert/index.ts';
import type { RunningProcess } from '../host/index.ts';
import type { Backlog } from './backlog.ts';
import type { Performer } from './performer.ts';
import type { Programs } from './programs.ts';
import { runScript, type ScriptEnd } from './run-script.ts';

export type OutletEffect = Extract<AlertEffect, { readonly kind: 'deliver' | 'cancel' }>;
type Ended = Extract<AlertInput, { readonly kind: 'ended' }>;

/** Cancels what is under way. */
type Cancel = () => void;

/** Begins to send; `ended` is called once, never from within. */
type Send<Any> = (content: Any, ended: (end: ScriptEnd) => void) => Cancel;

type Content<K extends OutletKind> = Extract<Delivery, { readonly outlet: K }>['content'];

export function createOutlets(
  programs: Programs,
  backlog: Backlog,
  post: (input: Ended) => void,
  run: typeof runScript = runScript,
): Performer<OutletEffect> {
  const senders: { readonly [K in OutletKind]: Send<Content<K>> } = {
    // Without a limit of its own: the machine cancels what is overtaken.
    programs(command, ended) {
      let running: RunningProcess | undefined;
      const withdraw = backlog.add(() => {
        running = run(programs, command, undefined, ended);
      });
      return () => (running === undefined ? withdraw() : running.terminate());
    },
  };
  const underWay = new Map<number, Cancel>();
  let closed = false;
  return {
    perform(effect) {
      if (effect.kind === 'cancel') {
        underWay.get(effect.ticket)?.();
        underWay.delete(effect.ticket);
        return;
      }
      const { ticket, delivery } = effect;
      const send = senders[delivery.outlet] as Send<Delivery['content']>;
      const cancel = send(delivery.content, ({ success, detail }) => {
        if (underWay.delete(ticket) && !closed) post({ kind: 'ended', ticket, success, detail });
      });
      underWay.set(ticket, cancel);
    },
    close() {
      closed = true;
      backlog.close();
    },
  };
}

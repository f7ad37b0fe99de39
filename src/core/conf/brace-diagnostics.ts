// Unbalanced braces told for people: one diagnostic for each brace that is missing or too many.
// Spec: keepalived.conf(5), blocks; nesting.ts says which brace it is.

import type { Diagnostic, Severity } from './config.ts';
import type { Events } from './events.ts';
import { placeOf, surroundingsOf } from './mapped.ts';
import type { BraceProblem } from './nesting.ts';
import { readable } from './source.ts';
import type { Origin } from './statement.ts';

/** `virtual_server 10.0.0.1 80`, cut to what fits a message. */
function nameOf(events: Events, event: number): string {
  const words = Array.from({ length: Math.min(events.counts[event]!, 3) }, (_, i) => events.wordOf(event, i));
  return readable(words.join(' '));
}

export function braceDiagnostic(events: Events, problem: BraceProblem): Diagnostic {
  const { event } = problem;
  const owner = events.counts[event]! < 0 && event > 0 && events.counts[event - 1]! > 0 ? event - 1 : event;
  const tell = (
    rule: string,
    severity: Severity,
    message: string,
    more: readonly Origin[] = [],
  ): Diagnostic => {
    const unit = events.unitOf(owner);
    const related = [...more, ...surroundingsOf(unit.surrounding(events.startOf(owner)))];
    return {
      rule,
      severity,
      message,
      place: placeOf(events.spanOf(owner)),
      ...(related.length === 0 ? {} : { related }),
    };
  };
  switch (problem.kind) {
    case 'missing-open-brace':
      return tell('missing-brace', 'error', `"{" is missing after ${nameOf(events, owner)}`);
    case 'missing-close-brace': {
      const name = events.counts[owner]! > 0 ? nameOf(events, owner) : '{';
      const { before } = problem;
      const hint =
        before === undefined
          ? []
          : [{ message: 'it should stand before this', place: placeOf(events.spanOf(before)) }];
      return tell('missing-brace', 'error', `the block of ${name} has no "}"`, hint);
    }
    case 'extra-close-brace':
      return tellAt(events, event, 'extra-brace', 'this "}" closes nothing');
    case 'unexpected-open-brace':
      return tellAt(events, event, 'unexpected-brace', 'this "{" follows no keyword');
    case 'nested-too-deep':
      return tellAt(events, event, 'nested-too-deep', 'blocks are nested too deep here');
  }
}

function tellAt(events: Events, event: number, rule: string, message: string): Diagnostic {
  const related = surroundingsOf(events.unitOf(event).surrounding(events.startOf(event)));
  return {
    rule,
    severity: 'error',
    message,
    place: placeOf(events.spanOf(event)),
    ...(related.length === 0 ? {} : { related }),
  };
}

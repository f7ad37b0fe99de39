// Programs of notify_*, notify_up, notify_down, quorum_up and quorum_down.
// Spec: keepalived.conf(5); keepalived starts all of them at once, so that a later state's may end before an earlier one's.

import type { ScriptCommand } from '../../script.ts';
import { seconds } from '../../time.ts';
import type { Outlet } from './outlet.ts';

export const programs: Outlet<ScriptCommand> = {
  contents: ({ commands }) => commands,
  nameOf: ({ argv }) => `Notify program ${argv.join(' ')}`,
  pace: {
    // Most programs take less, and keep their order; a failover does not wait longer for one that hangs.
    order: seconds(1),
    orderAtStop: seconds(0.2),
    overtaken: seconds(10),
    mostBeside: 3,
    mostWaiting: 1,
    pause: seconds(1),
  },
};

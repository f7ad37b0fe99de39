// Under which names events are queued, and which of them a configuration has. Spec: alert/state.ts, one order for each subject.

import type { Config } from '../conf/config.ts';
import type { VrrpConfig } from '../vrrp/index.ts';

/** Programs get the name: it is what a later event of a reloaded configuration is about, too. */
export const vrrpSubject = (subject: 'INSTANCE' | 'GROUP', name: string): string => `${subject} ${name}`;

export const vrrpSubjects = ({ instances, groups }: VrrpConfig): ReadonlySet<string> =>
  new Set([
    ...instances.map(({ name }) => vrrpSubject('INSTANCE', name)),
    ...groups.map(({ name }) => vrrpSubject('GROUP', name)),
  ]);

export const serverSubjects = ({ virtualServers }: Pick<Config, 'virtualServers'>): ReadonlySet<string> =>
  new Set(
    virtualServers.flatMap(({ key, realServers }) => [
      `VS ${key}`,
      ...realServers.map(real => `RS ${key} ${real.key}`),
    ]),
  );

import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';

it(
  'explore',
  async () => {
    writeFileSync(
      '/tmp/tables/tables.json',
      JSON.stringify(await labResult({ script: 'test/kernel/ipvs-tables-lab.ts' }), null, 1),
    );
  },
  labTime,
);

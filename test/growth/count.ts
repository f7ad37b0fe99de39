// What a piece of work costs, in figures that a busy machine does not change: executions of our own code and bytes allocated.
// Truth: V8's precise coverage with block counts, and its sampling heap profiler with what was collected meanwhile counted in.

import inspector from 'node:inspector';

const session = new inspector.Session();
session.connect();

/** Asks V8 something; answers come before `post` returns. */
function ask<Reply>(method: string, parameters: object = {}): Reply {
  let reply: Reply | undefined;
  session.post(method, parameters, (error, value) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    reply = value as Reply;
  });
  return reply as Reply;
}

// For good, and at once: V8 counts blocks only in functions that it compiles from now on, that is at their first call.
ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

const takeCoverage = () =>
  ask<inspector.Profiler.TakePreciseCoverageReturnType>('Profiler.takePreciseCoverage').result;

/**
 * How often functions and blocks of `src/` ran during the work: each loop body, branch and callback counts once per execution. What built-in
 * functions do by themselves (copying a Map) does not count here but in `allocated`. The figure is exact: the same work gives the same.
 */
export function executions(work: () => void): number {
  // What was counted until now is taken out.
  takeCoverage();
  work();
  let count = 0;
  for (const { url, functions } of takeCoverage()) {
    if (!url.includes('/src/')) continue;
    for (const { ranges } of functions) for (const range of ranges) count += range.count;
  }
  return count;
}

/** Mean bytes between two samples: some hundred kilobytes are told within a percent or two. */
const samplingInterval = 256;

const sizeOf = (node: inspector.HeapProfiler.SamplingHeapProfileNode): number =>
  node.children.reduce((sum, child) => sum + sizeOf(child), node.selfSize);

/**
 * Bytes of heap the work allocated, what was collected meanwhile included; an estimate from samples. Let the work run once before, so that
 * compiling does not count, and let it allocate 100 kB or more (but not gigabytes: each sample costs microseconds).
 */
export function allocated(work: () => void): number {
  ask('HeapProfiler.startSampling', {
    samplingInterval,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  work();
  return sizeOf(ask<inspector.HeapProfiler.StopSamplingReturnType>('HeapProfiler.stopSampling').profile.head);
}

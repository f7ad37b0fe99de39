// The thread of a reload: reads and judges the file once, hands over what came of it, and ends.
// Spec: runtime/reloading.ts; the typed configuration is plain data.

import { parentPort, workerData } from 'node:worker_threads';
import { loadForDaemon } from '../configuration.ts';

// Node would write them to stderr, which belongs to the log.
process.removeAllListeners('warning');
parentPort?.postMessage(loadForDaemon(workerData));

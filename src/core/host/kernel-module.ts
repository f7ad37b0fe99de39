// Loads a kernel module. Spec: modprobe(8).

export interface ModuleLoading {
  readonly loaded: boolean;
  /** What modprobe wrote to stderr. */
  readonly text: string;
}

/** Blocks until modprobe has ended, 30 seconds at most. */
export async function loadKernelModule(name: string): Promise<ModuleLoading> {
  const { spawnSync } = await import('node:child_process');
  const { status, stderr } = spawnSync('/sbin/modprobe', ['--', name], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { loaded: status === 0, text: stderr ?? '' };
}

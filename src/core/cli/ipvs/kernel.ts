// A dialogue with the IPVS of this network namespace: opened once, the module loaded where that helps, faults said plainly.
// Spec: host/netlink-blocking.ts, host/option-reader.ts, ipvs/client.ts; modprobe(8).

import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import {
  loadKernelModule,
  type ModuleLoading,
  type OptionReader,
  openBlockingNetlink,
  openNetlink,
  openOptionReader,
} from '../../host/index.ts';
import { type Ask, createIpvsClient, type IpvsClient, readServerEntries } from '../../ipvs/index.ts';

export interface Kernel {
  readonly client: IpvsClient;
  readonly ask: Ask;
  close(): void;
}

/** Asks modprobe for ip_vs. Only worth it when the kernel answered that it has no IPVS. */
export const loadModule = (): Promise<ModuleLoading> => loadKernelModule('ip_vs');

/**
 * A socket and a client on it; nothing is asked yet. A one-shot command has nothing else to do, so it blocks: the event loop would cost
 * more than the kernel. Without koffi the other socket has to do.
 */
export async function openKernel(): Promise<Outcome<Kernel>> {
  const blocking = await openBlockingNetlink('generic');
  if (!blocking.ok && blocking.fault.code !== 'native-missing') return blocking;
  if (!blocking.ok) {
    const opened = await openNetlink('generic');
    if (!opened.ok) return opened;
    const socket = opened.value;
    const ask: Ask = requests => socket.ask(requests);
    return succeed({ client: createIpvsClient(ask), ask, close: () => socket.close() });
  }
  const socket = blocking.value;
  const ask: Ask = async requests => socket.ask(requests);
  let options: Outcome<OptionReader> | undefined;
  const entries = async () => {
    options ??= await openOptionReader();
    if (!options.ok) return undefined;
    const reader = options.value;
    return readServerEntries((option, bytes, length) => reader.read(option, bytes, length));
  };
  const close = () => {
    socket.close();
    if (options?.ok === true) options.value.close();
  };
  const client = createIpvsClient(ask, {
    dump: (request, take, again) => socket.dump(request, take, again),
    entries,
  });
  return succeed({ client, ask, close });
}

/** The fault with what the operator can do about it. */
function missing(fault: Fault, { text }: ModuleLoading): Fault {
  const reason = text.trim().split('\n', 1)[0] ?? '';
  const root = process.getuid?.() === 0;
  return {
    ...fault,
    message: `the kernel has no IPVS${reason === '' ? '' : ` (${reason})`}`,
    ...(root ? {} : { remedy: 'Load the module as root: modprobe ip_vs.' }),
  };
}

/** A kernel that is known to have IPVS and to let this process use it. Faults: `ipvs-missing`, `not-permitted`, `native-missing`, ... */
export async function openIpvs(): Promise<Outcome<Kernel>> {
  const opened = await openKernel();
  if (!opened.ok) return opened;
  const { client, close } = opened.value;
  let family = await client.family();
  if (!family.ok && family.fault.code === 'ipvs-missing') {
    const loading = await loadModule();
    if (loading.loaded) family = await client.family();
    if (!family.ok) {
      close();
      return fail(missing(family.fault, loading));
    }
  }
  if (family.ok) return opened;
  close();
  return family;
}

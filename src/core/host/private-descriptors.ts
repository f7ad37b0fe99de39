// Keeps descriptors from programs: raw-socket opens its sockets without SOCK_CLOEXEC, and whoever started the daemon may have left files open.
// Spec: close_range(2) CLOSE_RANGE_CLOEXEC (Linux 5.11, glibc 2.34); without koffi or on older systems nothing can be done.

import { libcIfLoaded } from './libc.ts';

const firstBeyondStandard = 3;
const everything = 0xffff_ffff;
const closeOnExec = 4;

/** Every descriptor but the standard ones is closed in what is started from now on. Cheap: one system call. */
export function keepDescriptorsPrivate(): void {
  libcIfLoaded()?.close_range?.(firstBeyondStandard, everything, closeOnExec);
}

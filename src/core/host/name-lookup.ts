// Names of hosts and addresses as the system resolves them; Node's resolver is loaded at the first question.
// Spec: getaddrinfo(3), getnameinfo(3) through node:dns.

/** The first address of a name; undefined where there is none, whatever the reason. `family` 0 takes either. */
export async function addressOfName(name: string, family: 0 | 4 | 6): Promise<string | undefined> {
  const { lookup } = await import('node:dns/promises');
  return (await lookup(name, { family }).catch(() => undefined))?.address;
}

/** The name of an address; undefined where it has none. */
export async function nameOfAddress(address: string): Promise<string | undefined> {
  const { lookupService } = await import('node:dns/promises');
  const found = await lookupService(address, 0).catch(() => undefined);
  // getnameinfo gives the number back where there is no name.
  return found === undefined || found.hostname === address ? undefined : found.hostname;
}

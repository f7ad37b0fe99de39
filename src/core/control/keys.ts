// Keys of services and real servers as people write them.
// Spec: ipvs/model.ts serviceKey and destinationKey; RFC 3986 brackets around IPv6.

/** `tcp 10.0.0.1 80` as `tcp 10.0.0.1:80`, `10.0.1.1 80` as `10.0.1.1:80`, IPv6 in brackets; all other keys as they are. */
export const printKey = (key: string): string =>
  key.replace(
    /^((?:tcp |udp |sctp )?)([0-9a-f.:]+) (\d+)$/i,
    (_, protocol: string, address: string, port: string) => {
      const host = address.includes(':') ? `[${address}]` : address;
      return `${protocol}${host}:${port}`;
    },
  );

/** What people write, in the form of keys. */
export const readKey = (word: string): string =>
  word
    .replaceAll(/\[([^\]]*)\]:(\d+)/g, '$1 $2')
    .replaceAll(/(\d+\.\d+\.\d+\.\d+):(\d+)/g, '$1 $2')
    .replace(/^(tcp|udp|sctp) /i, (_, protocol: string) => `${protocol.toLowerCase()} `);

// Ethernet hardware addresses (EUI-48) as canonical text `00:00:5e:00:01:33`.

declare const macBrand: unique symbol;
export type Mac = string & { readonly [macBrand]: true };

export const broadcastMac = 'ff:ff:ff:ff:ff:ff' as Mac;

/** Six colon-separated octets, any case; undefined otherwise. */
export const parseMac = (text: string): Mac | undefined =>
  /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? (text.toLowerCase() as Mac) : undefined;

export const macBytes = (mac: Mac): Uint8Array =>
  Uint8Array.from(mac.split(':'), octet => Number.parseInt(octet, 16));

export const macFromBytes = (bytes: Uint8Array): Mac =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(':') as Mac;

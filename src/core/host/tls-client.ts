// TLS contexts of checking clients: one for each set of files, without any root certificates.
// Spec: tls.createSecureContext; loading the built-in roots would cost some thirty milliseconds and verify nothing here.

import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';

export interface TlsFiles {
  /** Paths of PEM files. */
  readonly clientKey: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly authority: string | undefined;
  /** Of the client key. */
  readonly password: string | undefined;
}

const contexts = new Map<string, SecureContext>();

/** Shared by all connections that use the same files. Throws the file system's or OpenSSL's error; failures are not remembered. */
export function clientContext({
  clientKey,
  clientCertificate,
  authority,
  password,
}: TlsFiles): SecureContext {
  const name = JSON.stringify([clientKey, clientCertificate, authority, password]);
  const known = contexts.get(name);
  if (known !== undefined) return known;
  const context = createSecureContext({
    ca: authority === undefined ? [] : readFileSync(authority),
    ...(clientKey === undefined ? {} : { key: readFileSync(clientKey) }),
    ...(clientCertificate === undefined ? {} : { cert: readFileSync(clientCertificate) }),
    ...(password === undefined ? {} : { passphrase: password }),
  });
  contexts.set(name, context);
  return context;
}

/** After a reload the files may have changed. */
export const forgetClientContexts = (): void => contexts.clear();

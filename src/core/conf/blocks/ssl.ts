// SSL: the client certificate of SSL_GET checks.
// Spec: keepalived.conf(5) "SSL"; the last line of a keyword counts.

import { block, type Values } from './descriptor.ts';
import { text } from './values.ts';

export const ssl = block('SSL', {
  password: text('text', { says: 'Passphrase of the key.', feeds: ['CheckKind.http.tls.password'] }),
  ca: text('path', { says: 'File of the certificate authority.', feeds: ['CheckKind.http.tls.authority'] }),
  certificate: text('path', {
    says: 'File of the client certificate.',
    feeds: ['CheckKind.http.tls.clientCertificate'],
  }),
  key: text('path', { says: 'File of the private key.', feeds: ['CheckKind.http.tls.clientKey'] }),
});

export type SslValues = Values<typeof ssl>;

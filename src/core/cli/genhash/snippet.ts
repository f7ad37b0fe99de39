// The block of keepalived.conf that checks a page as it was found.
// Spec: keepalived.conf(5), HTTP_GET and SSL_GET; a word with blanks, braces or comment signs stands in double quotes.

import { FaultError } from '../../fault.ts';
import { type Endpoint, printEndpoint } from '../../net/index.ts';
import type { Page } from './fetch.ts';

interface Asked {
  readonly url: string;
  readonly tls: boolean;
  readonly sni: boolean;
  readonly virtualHost: string | undefined;
  readonly fwmark: number;
  readonly protocol: '1.0' | '1.0c' | '1.0C' | '1.1';
}

/** Fault `usage` for what no quotes can hold. */
function word(text: string): string {
  if (text.includes('"') || text.endsWith('\\'))
    throw new FaultError({ code: 'usage', message: `--snippet: keepalived.conf cannot hold ${text}` });
  return text === '' || /[^\w/.:?&=%,;+~-]/.test(text) ? `"${text}"` : text;
}

/** With a digest for a page that never changes; what is not the default of the file is said. */
export function snippetOf(asked: Asked, server: Endpoint, { digest, status }: Page): string {
  const { url, tls, sni, virtualHost, fwmark, protocol } = asked;
  const isUsual = status >= 200 && status <= 299;
  const inUrl = [
    `path ${word(url)}`,
    `digest ${digest}`,
    ...(isUsual || status === 0 ? [] : [`status_code ${status}`]),
    ...(virtualHost === undefined ? [] : [`virtualhost ${word(virtualHost)}`]),
  ];
  const inCheck = [
    ...(protocol === '1.0' ? [] : [`http_protocol ${protocol}`]),
    ...(tls && sni ? ['enable_sni'] : []),
    ...(fwmark === 0 ? [] : [`fwmark ${fwmark}`]),
  ];
  return [
    `# ${printEndpoint(server)} answered so.`,
    `${tls ? 'SSL_GET' : 'HTTP_GET'} {`,
    '    url {',
    ...inUrl.map(line => `        ${line}`),
    '    }',
    ...inCheck.map(line => `    ${line}`),
    '}',
    '',
  ].join('\n');
}

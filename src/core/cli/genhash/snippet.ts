// The block of keepalived.conf that checks a page as it was found.
// Spec: keepalived.conf(5), HTTP_GET and SSL_GET; a word with blanks, braces or comment signs stands in double quotes.

import { FaultError } from '../../fault.ts';
import { printEndpoint } from '../../net/index.ts';
import type { Page, PageRequest } from './fetch.ts';

/** Fault `usage` for what no quotes can hold. */
function word(text: string): string {
  if (text.includes('"') || text.endsWith('\\'))
    throw new FaultError({ code: 'usage', message: `--snippet: keepalived.conf cannot hold ${text}` });
  return text === '' || /[^\w/.:?&=%,;+~-]/.test(text) ? `"${text}"` : text;
}

/** The block, with the digest of the page and every setting that is not keepalived's default. Fault `usage` as `word`. */
export function snippetOf(request: PageRequest, { digest, status }: Page): string {
  const { server, url, tls, sni, virtualHost, fwmark, protocol } = request;
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
    `# ${printEndpoint(server)} gave this page.`,
    `${tls ? 'SSL_GET' : 'HTTP_GET'} {`,
    '    url {',
    ...inUrl.map(line => `        ${line}`),
    '    }',
    ...inCheck.map(line => `    ${line}`),
    '}',
    '',
  ].join('\n');
}

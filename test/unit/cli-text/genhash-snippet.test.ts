// `genhash --snippet`: the block says to the reader of keepalived.conf what was asked and found.
// Truth: the project's own reader, which is held against keepalived's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snippetOf } from '../../../src/core/cli/genhash/snippet.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { findings, loadText } from '../conf/load-text.ts';

const request = {
  server: { address: '10.0.0.9' as Address, port: 8080 },
  timeout: 5,
  timed: 'whole',
  url: '/',
  tls: false,
  sni: false,
  virtualHost: undefined,
  fwmark: 0,
  protocol: '1.0',
} as const;
const page = {
  digest: '900150983cd24fb0d6963f7d28e17f72',
  status: 200,
  bodyLength: 3,
  contentLength: 3,
  microseconds: 1,
};

function read(block: string) {
  const loaded = loadText(
    `virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.9 8080 {\n${block}}\n}\n`,
  );
  expect(findings(loaded)).toEqual([]);
  const check = loaded.config.checkers[0]?.check;
  if (check?.kind !== 'http') throw new Error('no HTTP check');
  return check;
}

describe('the block', () => {
  it('of a plain page is four lines and its source', () => {
    expect(snippetOf(request, page)).toBe(`# 10.0.0.9:8080 gave this page.
HTTP_GET {
    url {
        path /
        digest ${page.digest}
    }
}
`);
  });

  it('says what is not the default', () => {
    const more = {
      ...request,
      tls: true,
      sni: true,
      virtualHost: 'a.example:81',
      fwmark: 7,
      protocol: '1.1',
    } as const;
    const check = read(snippetOf(more, { ...page, status: 404 }));
    expect(check).toMatchObject({
      protocol: '1.1',
      tls: { sni: true },
      target: { mark: 7 },
      urls: [{ statusCodes: [[404, 404]], virtualHost: 'a.example:81', digest: page.digest }],
    });
  });

  it('holds every path that keepalived.conf can hold', () => {
    const path = fc
      .array(fc.constantFrom(..."abz09/?&=%._~-#!{}[]()@$*;:,'\\ <>|^`"), { maxLength: 20 })
      .map(letters => `/${letters.join('')}`)
      .filter(text => !text.endsWith('\\'));
    fc.assert(
      fc.property(path, url => {
        expect(read(snippetOf({ ...request, url }, page)).urls[0]?.path).toBe(url);
      }),
    );
  });

  it.each(['/a"b', '/a\\'])('is refused for %s', url => {
    expect(() => snippetOf({ ...request, url }, page)).toThrow(/cannot hold/);
  });
});

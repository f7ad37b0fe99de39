// Regular expressions as keepalived matches them: PCRE2 itself, which Debian's libselinux brings along, through koffi.
// Spec: pcre2api(3); its interpreter without JIT, bounded by a match limit, so that no pattern holds the process up for long.

import { fail, type Outcome, succeed } from '../fault.ts';
import { nativeMissing } from './libc.ts';

/** Option words of keepalived.conf(5) `regex_options`, as bits of pcre2_compile. */
const optionBits: Readonly<Record<string, number>> = {
  allow_empty_class: 0x1,
  alt_bsux: 0x2,
  auto_callout: 0x4,
  caseless: 0x8,
  dollar_endonly: 0x10,
  dotall: 0x20,
  dupnames: 0x40,
  extended: 0x80,
  firstline: 0x100,
  match_unset_backref: 0x200,
  multiline: 0x400,
  never_ucp: 0x800,
  never_utf: 0x1000,
  no_auto_capture: 0x2000,
  no_auto_possess: 0x4000,
  no_dotstar_anchor: 0x8000,
  no_start_optimize: 0x1_0000,
  ucp: 0x2_0000,
  ungreedy: 0x4_0000,
  utf: 0x8_0000,
  never_backslash_c: 0x10_0000,
  alt_circumflex: 0x20_0000,
  alt_verbnames: 0x40_0000,
  use_offset_limit: 0x80_0000,
};
const useOffsetLimit = 0x80_0000;
/** With `utf`: bytes that are no UTF-8 match nothing, where PCRE2 would refuse the page. */
const matchInvalidUtf = 0x400_0000;

/** Steps of the matcher: some tens of milliseconds. */
const matchLimit = 1_000_000;
const noMatch = -1;
const errors: Readonly<Record<number, string>> = {
  [-36]: 'regex_min_offset lies within a character',
  [-47]: 'it takes more steps than a check may',
  [-52]: 'it recurses without end',
  [-53]: 'it nests deeper than a check may',
  [-63]: 'it takes more memory than a check may',
};
/** PCRE2_ERROR_UTF8_ERR21 to PCRE2_ERROR_UTF8_ERR1. */
const isNotUtf = (code: number): boolean => code >= -23 && code <= -3;

const reasonOf = (code: number): string =>
  isNotUtf(code) ? 'the page is not the UTF-8 that it demands' : (errors[code] ?? `error ${code}`);

interface Library {
  compile(
    pattern: Uint8Array,
    length: number,
    options: number,
    code: Int32Array,
    at: BigUint64Array,
    context: null,
  ): unknown;
  message(code: number, buffer: Uint8Array, length: number): number;
  matchData(code: unknown, context: null): unknown;
  match(
    code: unknown,
    subject: Uint8Array,
    length: number,
    from: number,
    options: number,
    data: unknown,
    context: unknown,
  ): number;
  matchContext(context: null): unknown;
  setMatchLimit(context: unknown, limit: number): number;
  setOffsetLimit(context: unknown, limit: number): number;
  freeCode(code: unknown): void;
  freeData(data: unknown): void;
  freeContext(context: unknown): void;
}

let library: Library | undefined;

async function load(): Promise<Outcome<Library>> {
  if (library !== undefined) return succeed(library);
  try {
    const { default: koffi } = await import('koffi');
    const found = koffi.load('libpcre2-8.so.0');
    library = {
      compile: found.func(
        'void *pcre2_compile_8(const uint8_t *, size_t, uint32_t, _Out_ int *, _Out_ uint64_t *, void *)',
      ),
      message: found.func('int pcre2_get_error_message_8(int, _Out_ uint8_t *, size_t)'),
      matchData: found.func('void *pcre2_match_data_create_from_pattern_8(void *, void *)'),
      match: found.func(
        'int pcre2_match_8(void *, const uint8_t *, size_t, size_t, uint32_t, void *, void *)',
      ),
      matchContext: found.func('void *pcre2_match_context_create_8(void *)'),
      setMatchLimit: found.func('int pcre2_set_match_limit_8(void *, uint32_t)'),
      setOffsetLimit: found.func('int pcre2_set_offset_limit_8(void *, size_t)'),
      freeCode: found.func('void pcre2_code_free_8(void *)'),
      freeData: found.func('void pcre2_match_data_free_8(void *)'),
      freeContext: found.func('void pcre2_match_context_free_8(void *)'),
    };
    return succeed(library);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.includes('libpcre2')
      ? fail({
          code: 'native-missing',
          message: 'the library libpcre2-8 is not here',
          operation: 'libpcre2-8',
          remedy: 'On Debian: apt install libpcre2-8-0.',
        })
      : fail(nativeMissing('koffi', error));
  }
}

export interface RegexRequest {
  readonly pattern: string;
  /** Words of `regex_options`; unknown ones are ignored, as in keepalived. */
  readonly options: readonly string[];
  /** Bytes of the subject that are passed over. */
  readonly minOffset: number;
  /** A match must begin at or before this byte; undefined: anywhere. */
  readonly maxOffset: number | undefined;
}

const compiled = new Map<string, unknown>();
/** Patterns of a configuration are few; those of former ones are let go. */
const mostCompiled = 1_024;

function codeOf(pcre: Library, { pattern, options, maxOffset }: RegexRequest): Outcome<unknown> {
  let bits = maxOffset === undefined ? 0 : useOffsetLimit;
  for (const word of options) bits |= Object.hasOwn(optionBits, word) ? (optionBits[word] ?? 0) : 0;
  if (options.includes('utf')) bits |= matchInvalidUtf;
  const key = `${bits} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return succeed(known);
  const bytes = Buffer.from(pattern);
  const [code, at] = [new Int32Array(1), new BigUint64Array(1)];
  const made = pcre.compile(bytes, bytes.length, bits, code, at, null);
  if (made === null) {
    const text = Buffer.alloc(256);
    const length = Math.max(0, pcre.message(code[0] ?? 0, text, text.length));
    const why = text.toString('latin1', 0, length);
    return fail({ code: 'usage', message: `the regex does not compile at byte ${at[0]}: ${why}` });
  }
  if (compiled.size >= mostCompiled) forgetRegexes(pcre);
  compiled.set(key, made);
  return succeed(made);
}

function forgetRegexes(pcre: Library): void {
  for (const code of compiled.values()) pcre.freeCode(code);
  compiled.clear();
}

/** Whether the pattern is found. Faults `native-missing`, and `usage` for one that does not compile or takes too long. */
export async function matchRegex(request: RegexRequest, subject: Uint8Array): Promise<Outcome<boolean>> {
  const loaded = await load();
  if (!loaded.ok) return loaded;
  const pcre = loaded.value;
  const code = codeOf(pcre, request);
  if (!code.ok) return code;
  const { minOffset, maxOffset } = request;
  if (minOffset > subject.length) return succeed(false);
  const data = pcre.matchData(code.value, null);
  const context = pcre.matchContext(null);
  try {
    pcre.setMatchLimit(context, matchLimit);
    if (maxOffset !== undefined) pcre.setOffsetLimit(context, maxOffset);
    const result = pcre.match(code.value, subject, subject.length, minOffset, 0, data, context);
    if (result >= 0) return succeed(true);
    if (result === noMatch) return succeed(false);
    return fail({
      code: 'usage',
      message: `the regex cannot be matched: ${reasonOf(result)}`,
    });
  } finally {
    pcre.freeContext(context);
    pcre.freeData(data);
  }
}

// A command line that oclif's parser refuses, as one sentence and a remedy: what was written, what is allowed, what it is called here.
// Spec: @oclif/core 4 parser/errors.js, whose texts are the input; from-ipvsadm.ts for letters of ipvsadm.

import { nearest } from '../nearest.ts';
import { hereFor } from './from-ipvsadm.ts';

/** What is known about the command line beside the error itself. */
export interface CommandLine {
  /** `vs add`; undefined where no command was found. */
  readonly id?: string | undefined;
  /** All ids there are, where somebody has them. */
  readonly ids?: readonly string[] | undefined;
}

export interface UsageText {
  readonly message: string;
  readonly remedy: string | undefined;
}

interface ParserError extends Error {
  /** NonExistentFlagsError. */
  readonly flags?: readonly string[];
  /** RequiredArgsError: definitions; UnexpectedArgsError: words. */
  readonly args?: readonly (string | { readonly name?: string; readonly description?: string })[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** Topics whose commands replace ipvsadm. */
const ipvsTopics = /^(?:vs|rs|conn|timeout|sync)\b/;

/** oclif's text as one line, without its own hint and its headings. */
const oneLine = (message: string): string =>
  message
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^See more help with|^The following errors? occurred:?$/.test(line))
    .join('; ');

/** Sentences for oclif's texts. What none of them fits stays as oclif says it. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/^Nonexistent flags?: (.+)$/, 'unknown flag $1'],
  [/^Unexpected arguments?: (.+)$/, "unexpected argument '$1'"],
  [/^Expected --([\w-]+)=(.*) to be one of: (.+)$/, "--$1 must be one of $3 (got '$2')"],
  [/^Expected (.*) to be one of: (.+)$/, "expected one of $2 (got '$1')"],
  [/^Parsing (--\S+); Expected an integer but received: (.*)$/, "$1 must be an integer (got '$2')"],
  [
    /^Parsing (--\S+); Expected an integer greater than or equal to (\S+) but received: (.*)$/,
    "$1 must be an integer, at least $2 (got '$3')",
  ],
  [
    /^Parsing (--\S+); Expected an integer less than or equal to (\S+) but received: (.*)$/,
    "$1 must be an integer, at most $2 (got '$3')",
  ],
  [/^Parsing (--\S+); (.*)$/, '$1: $2'],
  [/^Flag (--\S+) expects a value$/, '$1 needs a value'],
  [/^Flag (--\S+) expects one of these values: (.*)$/, '$1 needs a value: $2'],
  [/^Flag (--\S+) can only be specified once$/, '$1 may be given only once'],
  [/^Missing required flag (\S+)$/, '--$1 is missing'],
  [
    /^(--[\w-]+?)(?:=true)? cannot also be provided when using (--[\w-]+?)(?:=true)?$/,
    '$1 does not go with $2',
  ],
];

function sentence(message: string): string {
  const text = oneLine(message);
  const found = rewordings.find(([pattern]) => pattern.test(text));
  return found === undefined ? text : text.replace(found[0], found[1]);
}

/** The usage of a command, or the list of commands. */
export const usageOf = (id: string | undefined): string =>
  `Run 'lvskit ${id === undefined ? '' : `${id} `}--help' for usage.`;

/** The arguments that are left out, as the synopsis writes them. */
const missingArguments = (args: NonNullable<ParserError['args']>): string | undefined => {
  const missing = args.flatMap(arg => (typeof arg === 'string' ? [] : [arg]));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name = '' }) => name.toUpperCase()).join(' and ');
  const [first] = missing;
  return `${names} ${missing.length === 1 ? `is missing: ${first?.description ?? ''}`.replace(/[:.\s]+$/, '') : 'are missing'}`;
};

/** What ipvsadm's option is here, where a command that replaces ipvsadm was meant. */
function oldOption(option: string, id: string | undefined): string | undefined {
  if (id !== undefined && !ipvsTopics.test(id)) return undefined;
  const here = hereFor(option);
  return here === undefined ? undefined : `Instead of ipvsadm's ${option}, lvskit takes: ${here}.`;
}

function unknownFlag(option: string, known: readonly string[], { id }: CommandLine): string | undefined {
  const near = option.startsWith('--') ? nearest(option.slice(2).replace(/=.*/, ''), known) : undefined;
  if (near !== undefined) return `Did you mean --${near}?`;
  return oldOption(option, id);
}

/** Words that name no command. */
function unknownCommand(words: string, ids: readonly string[]): UsageText {
  if (words.startsWith('-')) {
    const old = oldOption(words, undefined);
    return {
      message: `unknown option ${words}`,
      remedy: old === undefined ? undefined : `${old} ${usageOf(undefined)}`,
    };
  }
  const [topic = '', ...rest] = words.split(' ');
  const inTopic = ids.filter(id => id.startsWith(`${topic} `));
  const message = `unknown command '${words}'`;
  const option = rest.find(word => word.startsWith('-'));
  if (option !== undefined && inTopic.length > 0) {
    const old = oldOption(option, topic);
    return {
      message: `'${topic}' needs a command before ${option}`,
      remedy: `${old === undefined ? '' : `${old} `}${usageOf(topic)}`,
    };
  }
  const near = nearest(words, ids) ?? nearest(topic, ids);
  if (near !== undefined) return { message, remedy: `Did you mean 'lvskit ${near}'?` };
  return { message, remedy: usageOf(inTopic.length > 0 ? topic : undefined) };
}

/** A service given to a command that lists all: what shows one. */
function wholeListing(args: NonNullable<ParserError['args']>, { id }: CommandLine): readonly string[] {
  const [word] = args;
  if (id !== 'vs list' || typeof word !== 'string' || word.startsWith('-')) return [];
  return [`'lvskit vs show ${word}' shows one service.`];
}

/** The sentence and the remedy for an error of oclif's parser. */
export function printUsage(error: Error, line: CommandLine): UsageText {
  const missing = /^command (.+) not found$/.exec(error.message);
  if (missing?.[1] !== undefined) return unknownCommand(missing[1].replaceAll(':', ' '), line.ids ?? []);
  const { flags = [], args = [], parse } = error as ParserError;
  const known = Object.keys(parse?.input?.flags ?? {});
  const hints = flags.flatMap(flag => unknownFlag(flag, known, line) ?? []);
  const marked = /^Expected --forwarding=(?!nat|dr|tun)/.test(error.message)
    ? ["ipvsadm's -f MARK is fwmark:MARK as SERVICE."]
    : [];
  const remedies = [...new Set([...hints, ...marked, ...wholeListing(args, line)]), usageOf(line.id)];
  return { message: missingArguments(args) ?? sentence(error.message), remedy: remedies.join(' ') };
}

// A cursor over the words of one route or rule record: takes values, remembers whether the record must be dropped.
// Spec: keepalived.conf(5); a bad word drops the record, as keepalived does with routes and rules.

import {
  type Address,
  type Family,
  familyOf,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';
import { parseBaseZero, type TableName } from './name-tables.ts';
import type { RecordWord } from './record-words.ts';

export class LineWords {
  readonly statement: Statement;
  readonly context: Context;
  /** `route` or `rule`, for messages. */
  readonly what: string;
  /** The next word's index. */
  at = 0;
  dropped = false;
  family: Family | undefined;

  constructor(statement: Statement, context: Context, what: string) {
    this.statement = statement;
    this.context = context;
    this.what = what;
  }

  get done(): boolean {
    return this.dropped || this.at >= this.statement.length;
  }

  peek(): string | undefined {
    return this.statement.word(this.at);
  }

  next(): string {
    return this.statement.word(this.at++) ?? '';
  }

  /** The value of the word just taken; drops the record when there is none. */
  value(): string | undefined {
    const word = this.statement.word(this.at);
    if (word === undefined)
      this.drop('missing-argument', `${this.statement.word(this.at - 1)} needs a value`);
    this.at++;
    return word;
  }

  /** Takes the word if it is the given one. */
  skip(...words: readonly string[]): boolean {
    if (!words.includes(this.peek() ?? '')) return false;
    this.at++;
    return true;
  }

  /** Reads the word just taken, and notes it where lvskit does not act on it. */
  read<Read>(word: RecordWord<Read>, path: string, read: (read: Read) => void): void {
    if (!word.keyword.acted) this.context.notActed(word.keyword, path, this.statement, this.at - 1);
    read(word.read);
  }

  drop(rule: string, message: string): undefined {
    if (!this.dropped) {
      const word = Math.max(0, Math.min(this.at - 1, this.statement.length - 1));
      this.context.error(rule, this.statement, `${message}; the ${this.what} would be dropped`, word);
    }
    this.dropped = true;
    return undefined;
  }

  warn(rule: string, message: string): undefined {
    this.context.warn(
      rule,
      this.statement,
      message,
      Math.max(0, Math.min(this.at - 1, this.statement.length - 1)),
    );
    return undefined;
  }

  /** Records the family a word implies; a contradiction drops the record. */
  belongTo(family: Family): boolean {
    if (this.family !== undefined && this.family !== family) {
      this.drop('mixed-families', 'IPv4 and IPv6 are mixed');
      return false;
    }
    this.family = family;
    return true;
  }

  address(): Address | undefined {
    const text = this.value();
    if (text === undefined) return undefined;
    const address = parseAddress(text);
    if (address === undefined) return this.drop('invalid-address', `${text} is no IP address`);
    return this.belongTo(familyOf(address)) ? address : undefined;
  }

  /** `default`, `any`, `all` give `any`: its family follows from the other words. */
  prefix(): Prefix | 'any' | undefined {
    const text = this.value();
    if (text === undefined) return undefined;
    if (text === 'default6') {
      return this.belongTo('inet6') ? { address: '::' as Address, length: 0 } : undefined;
    }
    if (text === 'default' || text === 'any' || text === 'all') {
      if (this.family !== undefined) {
        return this.drop('mixed-families', `${text} must stand before the words that fix the address family`);
      }
      return 'any';
    }
    const prefix = parsePrefix(text);
    if (prefix === undefined) return this.drop('invalid-prefix', `${text} is no address or prefix`);
    return this.belongTo(familyOf(prefix.address)) ? prefix : undefined;
  }

  /** A whole number in C's notation. */
  number(maximum: number, minimum = 0): number | undefined {
    const text = this.value();
    if (text === undefined) return undefined;
    if (text === '' && minimum === 0) {
      this.warn('invalid-number', 'an empty word is read as 0');
      return 0;
    }
    const number = parseBaseZero(text);
    if (number === undefined || number < minimum || number > maximum) {
      return this.drop('invalid-number', `${text} is no whole number of ${minimum}..${maximum}`);
    }
    return number;
  }

  named(table: TableName, maximum: number): number | undefined {
    const text = this.value();
    if (text === undefined) return undefined;
    const number = this.context.names.lookup(table, text);
    if (number === undefined || number > maximum) {
      // keepalived takes the number, as far as it fits.
      if (table === 'tables' && /^-?\d{1,19}$/.test(text)) {
        const cut = Number(BigInt.asUintN(32, BigInt(text)));
        this.warn('invalid-number', `${text} is no table of 0..${maximum}; cut to 32 bits it is ${cut}`);
        return cut;
      }
      return this.drop('unknown-name', `${text} is neither a number of 0..${maximum} nor a known name`);
    }
    return number;
  }

  interface(): string | undefined {
    const name = this.value();
    if (name !== undefined) this.context.mention(name, this.statement, this.at - 1);
    return name;
  }

  /** `[FROM/]TO` as one number: from in the high 16 bits. */
  realms(): number | undefined {
    const text = this.value();
    if (text === undefined) return undefined;
    const parts = text.split('/').map(part => this.context.names.lookup('realms', part));
    if (parts.length > 2 || parts.some(part => part === undefined || part > 255)) {
      return this.drop('invalid-number', `${text} is no pair of realms`);
    }
    return this.belongTo('inet') ? (parts as number[]).reduce((from, to) => from * 65536 + to, 0) : undefined;
  }
}

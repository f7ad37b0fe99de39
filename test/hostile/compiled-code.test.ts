// What V8 made of a lean bundle and bin/lean.js keeps beside it: of another version, damaged, written by two at once.
// Truth: V8 compares the length of the source alone, and by itself no checksum (src/snapshot/code-serializer.cc, SanityCheck).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executable } from './supervisor.ts';

let root: string;
let lean: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lvskit-compiled-'));
  lean = join(root, 'dist', 'lean');
  mkdirSync(lean, { recursive: true });
  cpSync(dirname(executable), join(root, 'bin'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A bundle as it is built. */
function install(word: string): void {
  const functions = Array.from(
    { length: 300 },
    (_, n) => `function f${n}(a){return [a,${n},'x${n}'].join('-')}`,
  );
  const calls = functions.map((_, n) => `f${n}(1)`).join(',');
  const text = `${functions.join(';')};exports.say=()=>{[${calls}];return '${word}'}`;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeFileSync(join(lean, 'vrrp.cjs'), `//${digest}\n${text}`);
}

const program =
  "const { say, keep } = require('./bin/lean.js').loadLean('vrrp'); console.log(say()); keep();";
const run = (script = program) => {
  const { status, signal, stdout } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, signal, said: stdout.trim() };
};
const caches = () => readdirSync(lean).filter(name => name.includes('.cache'));
const good = (said: string) => ({ status: 0, signal: null, said });

describe('compiled code beside a bundle', () => {
  it('is used by the next start', () => {
    install('first');
    run();
    const [cache = ''] = caches();
    const before = readFileSync(join(lean, cache));
    expect(run()).toEqual(good('first'));
    // It was not refused: a refused one is written anew.
    expect(readFileSync(join(lean, cache)).equals(before)).toBe(true);
    const script =
      "const { Script } = require('node:vm'); const used = []; " +
      "require('node:vm').Script = class extends Script { constructor(...a) { super(...a); used.push(this.cachedDataRejected); } }; " +
      "require('./bin/lean.js').loadLean('vrrp'); console.log(used.join());";
    expect(run(script).said).toBe('false');
  });
  it('of another version of the same length does not run in its place, and goes', () => {
    install('first');
    expect(run()).toEqual(good('first'));
    install('other');
    expect(run()).toEqual(good('other'));
    expect(caches()).toHaveLength(1);
  });
  it('that a daemon of the former version writes at its end is not used by the new one', () => {
    install('first');
    const upgrade = `const { writeFileSync, readFileSync } = require('node:fs');
      const { say, keep } = require('./bin/lean.js').loadLean('vrrp');
      writeFileSync('dist/lean/vrrp.cjs', process.env.NEXT);
      say(); keep();`;
    const former = readFileSync(join(lean, 'vrrp.cjs'), 'utf8');
    install('other');
    const next = readFileSync(join(lean, 'vrrp.cjs'), 'utf8');
    writeFileSync(join(lean, 'vrrp.cjs'), former);
    run(upgrade.replace('process.env.NEXT', JSON.stringify(next)));
    expect(run()).toEqual(good('other'));
  });
  it('that is damaged is made anew and crashes nobody', () => {
    install('first');
    run();
    const [cache = ''] = caches();
    const whole = readFileSync(join(lean, cache));
    for (let round = 1; round <= 12; round++) {
      const bytes = Buffer.from(whole);
      for (let n = 0; n < 60; n++) {
        const at = 64 + ((round * 7919 + n * 104_729) % (bytes.length - 64));
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (n % 8));
      }
      writeFileSync(join(lean, cache), bytes);
      expect(run()).toEqual(good('first'));
      expect(readFileSync(join(lean, cache)).equals(bytes)).toBe(false);
    }
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(whole.length), whole.subarray(0, whole.length / 2)]) {
      writeFileSync(join(lean, cache), bytes);
      expect(run()).toEqual(good('first'));
    }
  });
});

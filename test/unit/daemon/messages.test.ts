// What arrives over the channel between our processes is judged before it is believed. Truth: the types of daemon/messages.ts.
import { describe, expect, it } from 'vitest';
import { readFromChild, readToChild } from '../../../src/core/daemon/messages.ts';

const instance = { identity: '51 inet eth0', master: true, authentication: { kind: 'none' } };

describe('a message from a child', () => {
  it.each([
    { kind: 'masters', instances: [instance] },
    { kind: 'masters', instances: [{ ...instance, master: false }] },
    { kind: 'ready', generation: 1 },
    { kind: 'configured', generation: 2 },
    { kind: 'stopping', signal: 'SIGTERM' },
  ])('is taken: %j', message => {
    expect(readFromChild(message)).toBe(message);
  });
  it.each([
    undefined,
    null,
    'ready',
    [],
    {},
    { kind: 'unknown' },
    { kind: 'constructor' },
    { kind: 'toString' },
    { kind: 'masters', instances: ['VI_1'] },
    { kind: 'masters' },
    { kind: 'masters', instances: ['VI_1'] },
    { kind: 'masters', instances: instance },
    { kind: 'masters', instances: [{ ...instance, identity: 51 }] },
    { kind: 'masters', instances: [{ ...instance, master: 1 }] },
    { kind: 'masters', instances: [{ ...instance, authentication: undefined }] },
    { kind: 'stopping' },
    { kind: 'ready' },
    { kind: 'configured', generation: '2' },
  ])('is refused: %j', message => {
    expect(readFromChild(message)).toBeUndefined();
  });
});

describe('a message from the supervisor', () => {
  const config = { global: {}, vrrp: { instances: [] }, virtualServers: [], checkers: [] };
  it.each([
    { kind: 'configure', config, generation: 1 },
    { kind: 'configure', config, generation: 1, resume: [] },
    { kind: 'configure', config, generation: 1, resume: [{ ...instance, silence: 5 }] },
    { kind: 'override-priority', instance: 'a', priority: undefined },
    { kind: 'override-weight', virtualServer: 'a', realServer: 'b', weight: 3 },
    { kind: 'check-now', checkers: ['a'] },
    { kind: 'log-level', level: 'debug' },
  ])('is taken: %j', message => {
    expect(readToChild(message)).toBe(message);
  });
  it.each([
    undefined,
    { kind: 'configure' },
    { kind: 'configure', config },
    { kind: 'reload', config },
    { kind: 'configure', generation: 1, config: { ...config, vrrp: {} } },
    { kind: 'configure', generation: 1, config: { ...config, checkers: {} } },
    { kind: 'configure', generation: 1, config, resume: { instances: ['VI_1'], silence: 5 } },
    { kind: 'configure', generation: 1, config, resume: [instance] },
    { kind: 'configure', generation: 1, config, resume: [{ silence: 5 }] },
    { kind: 'configure', generation: 1, config, resume: [{ ...instance, silence: -1 }] },
    { kind: 'configure', generation: 1, config, resume: [{ ...instance, silence: Number.NaN }] },
    { kind: 'override-priority', instance: 5 },
    { kind: 'override-weight', virtualServer: 'a', realServer: 'b', weight: 'x' },
    { kind: 'check-now', checkers: 'a' },
    { kind: 'check-now', checkers: [5] },
    { kind: 'log-level', level: 'error' },
    { kind: 'toString' },
  ])('is refused: %j', message => {
    expect(readToChild(message)).toBeUndefined();
  });
});

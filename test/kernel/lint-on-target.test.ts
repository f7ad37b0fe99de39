// `lvskit lint --on-target` in a network namespace of its own, with real interfaces, addresses, files, modes and owners.
// Truth: what ip(8), chmod(1) and chown(1) have just made.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'lvskit-target-'));

const conf = `global_defs {
    script_user nobody_of_that_name no_such_group
    enable_script_security
}
vrrp_script open {
    script ${folder}/open/check.sh
    user root
}
vrrp_script plain {
    script ${folder}/plain
    user root
}
vrrp_instance A {
    interface up7
    virtual_router_id 51
    priority 150
    mcast_src_ip 10.7.0.77
    virtual_ipaddress {
        10.7.0.9/24
        10.8.0.3/32
        10.7.0.30/24 dev none9
    }
    track_interface {
        none6
    }
    track_script {
        open
        plain
    }
}
vrrp_instance B {
    interface down8
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.7.0.31/24
    }
}
vrrp_instance C {
    interface tun7
    virtual_router_id 53
    priority 150
    virtual_ipaddress {
        10.7.0.32/24
    }
}
`;

const script = `set -e
ip link add up7 type bridge
ip link set up7 up
ip addr add 10.7.0.1/24 dev up7
ip addr add 10.7.0.9/24 dev up7
ip link add down8 type bridge
ip tuntap add tun7 mode tun
ip link set tun7 multicast off
ip link set tun7 up
mkdir '${folder}/open'
printf '#!/bin/sh\\n' > '${folder}/open/check.sh'
chmod 755 '${folder}' '${folder}/open/check.sh'
chown 65534 '${folder}/open/check.sh'
cp '${folder}/open/check.sh' '${folder}/plain'
chmod 644 '${folder}/plain'
cd '${folder}'
exec node '${root}/bin/run.js' lint --on-target --format line keepalived.conf
`;

beforeAll(() => {
  ensureBuilt();
  writeFileSync(join(folder, 'keepalived.conf'), conf);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('names what this machine lacks, at its place', () => {
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const told = stdout
    .trim()
    .split('\n')
    .filter(line => !line.includes('[not-acted-on]'))
    .map(line => line.replace(/^keepalived\.conf:(\d+):\d+: (\w+): (.*) \[([\w-]+)\]$/, '$1 $2 $4'));
  expect(told).toEqual([
    '2 error unknown-account',
    '2 error unknown-account',
    '6 error insecure-script',
    '10 error missing-script-file',
    '17 error source-not-here',
    '19 info address-already-here',
    '20 warning address-outside-subnet',
    '21 error interface-missing',
    '24 error interface-missing',
    '32 warning interface-not-ready',
    // Without multicast, and without ARP.
    '40 error interface-not-ready',
    '40 warning interface-not-ready',
  ]);
  expect(stdout).toContain('(mode 0755) belongs to user nobody: chown root ');
});

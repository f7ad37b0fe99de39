// What is said where a native package cannot be loaded.
// Truth: Node's message for a module of another ABI (process.dlopen, ERR_DLOPEN_FAILED), as Node 22 says it of one built by Node 20.
import { expect, it } from 'vitest';
import { nativeMissing } from '../../../src/core/host/libc.ts';

it('a package built for another version of Node is to be rebuilt, not installed', () => {
  const error = new Error(
    "The module '/x/raw-socket/build/Release/raw.node'\nwas compiled against a different Node.js version using\n" +
      'NODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 127.',
  );
  expect(nativeMissing('raw-socket', error)).toMatchObject({
    message: `the package raw-socket cannot be loaded: it was built for another version of Node than ${process.version}`,
    remedy: 'npm rebuild raw-socket with this version of Node.',
  });
});

it('a package that is not there is to be installed, in the version that fits', () => {
  const error = new Error("Cannot find module 'netlink/dist/raw.js'\nRequire stack:\n- /x/y.js");
  expect(nativeMissing('netlink', error, '0.3.0')).toMatchObject({
    message: "the package netlink cannot be loaded: Cannot find module 'netlink/dist/raw.js'",
    remedy: 'On Linux: npm install netlink@0.3.0 beside lvskit.',
  });
});

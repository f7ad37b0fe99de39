// Where the control socket of a daemon is, so that a client finds it without asking.

const folder = '/run/lvskit';

/** By default, for the daemon of an `instance` keyword or for the only one. */
export const controlPath = (instance: string | undefined): string =>
  `${folder}/control${instance === undefined ? '' : `-${instance.replaceAll(/[^\w.-]/g, '_')}`}.sock`;

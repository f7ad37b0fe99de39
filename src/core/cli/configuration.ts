// Loads a configuration for the daemon: what is refused, what is only remarked, and how both are printed.
// Behind it: keepalived(8) -t and its exit codes; the fault catalogue.

import { type Config, type Diagnostic, loadConfiguration } from '../conf/index.ts';
import { fail, type Outcome, succeed } from '../fault.ts';
import { createReader, interfaceNames } from '../host/index.ts';

export interface Loaded {
  readonly config: Config;
  /** Warnings and remarks; an error makes the whole load fail. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  readonly file: string;
  readonly configId: string | undefined;
}

/** `keepalived.conf:12:5: error: ...`, with one indented line for each related place. */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const at = (place: Diagnostic['place']) => `${place.file}:${place.line}:${place.column}`;
  const related = (diagnostic.related ?? []).map(({ message, place }) => `\n  ${at(place)}: ${message}`);
  return `${at(diagnostic.place)}: ${diagnostic.severity}: ${diagnostic.message} [${diagnostic.rule}]${related.join('')}`;
}

/**
 * The typed configuration, or one fault whose message lists every error with its place. The host's interfaces are
 * looked at too: a VRRP instance on one that does not exist is an error here, as it is for keepalived.
 */
export function loadForDaemon(options: LoadOptions): Outcome<Loaded> {
  const loaded = loadConfiguration(options.file, createReader(), {
    ...(options.configId === undefined ? {} : { configId: options.configId }),
  });
  const diagnostics = [...loaded.diagnostics, ...missingInterfaces(loaded)];
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first !== undefined) {
    return fail({ code: 'configuration-refused', message: errors.map(printDiagnostic).join('\n') });
  }
  return succeed({ config: loaded.config, diagnostics });
}

function missingInterfaces(loaded: ReturnType<typeof loadConfiguration>): readonly Diagnostic[] {
  const present = interfaceNames();
  if (present === undefined || loaded.config.vrrp.dynamicInterfaces) return [];
  return loaded.interfaceReferences
    .filter(({ name }) => !present.has(name))
    .map(({ name, place }) => ({
      rule: 'interface-missing',
      severity: 'error' as const,
      message: `interface ${name} does not exist here (dynamic_interfaces would wait for it)`,
      place,
    }));
}

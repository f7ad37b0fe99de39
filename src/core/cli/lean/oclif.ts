// What the build puts in the place of @oclif/core for the lean start: the same parser, flags and arguments under a Command that loads nothing.
// Spec: @oclif/core 4 (lib/command.js parse); no hooks, no plugins, no help: bin/run.js goes the long way for those.

import * as Parser from '@oclif/core/parser';

export * as Args from '@oclif/core/args';
export * as Flags from '@oclif/core/flags';

interface Definition {
  readonly flags?: Record<string, never>;
  readonly args?: Record<string, never>;
  readonly strict?: boolean;
}

export abstract class Command {
  readonly argv: string[];
  readonly config: { readonly root: string; readonly bin: string };

  constructor(argv: string[], config: { readonly root: string; readonly bin: string }) {
    this.argv = argv;
    this.config = config;
  }

  abstract run(): Promise<void>;

  /** Flags and arguments of this command, or oclif's error for a line it does not understand. */
  parse(definition: Definition): Promise<unknown> {
    return Parser.parse(this.argv, { ...definition, context: this } as never);
  }
}

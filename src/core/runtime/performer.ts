// What carries out one family of effects, and the table that finds it by the kind of an effect.
// Spec: DESIGN "one performer per family of effects over host"; a performer gets effects as data and a `post`, nothing else.

export interface Performer<Effect extends { readonly kind: string }> {
  readonly kinds: readonly Effect['kind'][];
  /** Performs one effect now; its outcome comes back later as an input. */
  perform(effect: Effect): void;
  /** Gives back what it holds; nothing is performed afterwards. */
  close(): void;
}

interface AnyPerformer {
  readonly kinds: readonly string[];
  perform(effect: never): void;
}

/** Performs effects of all these families. A kind that two claim, or that none does, is a fault of lvskit. */
export function performAll<Effect extends { readonly kind: string }>(
  performers: readonly AnyPerformer[],
): (effect: Effect) => void {
  const table = new Map<string, AnyPerformer>();
  for (const performer of performers) {
    for (const kind of performer.kinds) {
      if (table.has(kind)) throw new Error(`two performers claim the effect ${kind}`);
      table.set(kind, performer);
    }
  }
  return effect => {
    const performer = table.get(effect.kind);
    if (performer === undefined) throw new Error(`no performer knows the effect ${effect.kind}`);
    performer.perform(effect as never);
  };
}

// What carries out one family of effects, and the total table that finds it by the kind of an effect.
// Spec: DESIGN "one performer per family of effects over host"; a performer gets effects as data and a `post`, nothing else.

export interface Performer<Effect extends { readonly kind: string }> {
  /** Performs one effect now; its outcome comes back later as an input. */
  perform(effect: Effect): void;
  /** Gives back what it holds; nothing is performed afterwards. */
  close(): void;
}

/** Each kind of effect with what performs it: the compiler finds a kind that is missing or whose data does not fit. */
export type PerformerTable<Effect extends { readonly kind: string }> = {
  readonly [K in Effect['kind']]: (effect: Extract<Effect, { readonly kind: K }>) => void;
};

export function performBy<Effect extends { readonly kind: string }>(
  table: PerformerTable<Effect>,
): (effect: Effect) => void {
  return effect => (table[effect.kind as Effect['kind']] as (effect: Effect) => void)(effect);
}

// What a decoder hands back: the value, or the one named cause why these bytes are not one. Decoders never throw.
// Spec: the house's rule that every cause for which a packet is refused has a name and a test.

export type Reading<T, Cause extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly cause: Cause };

export const read = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refuse = <Cause extends string>(
  cause: Cause,
): { readonly ok: false; readonly cause: Cause } => ({
  ok: false,
  cause,
});

/** A view over exactly these bytes (a Buffer may share a larger pool). */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

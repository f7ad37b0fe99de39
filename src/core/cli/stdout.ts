// Great answers on stdout, a piece at a time.
// Spec: Node's process.stdout, which writes files, terminals and pipes at once, and keeps what a full pipe does not take.

/** Writes bytes. True: they have gone, and their memory may be written over. */
export function writePiece(piece: Uint8Array): boolean {
  process.stdout.write(piece);
  return process.stdout.writableLength === 0;
}

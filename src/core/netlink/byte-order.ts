// Integers in the byte order of the machine, as netlink's headers and most attributes carry them.
// Spec: netlink(7); attributes in network order say so in their family's header file.

/** Whether this machine stores the low byte first. Found by storing a value, so that the room needs no `os`. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A view over exactly these bytes (a Buffer may share a larger pool). */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

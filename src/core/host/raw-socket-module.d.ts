// What of npm raw-socket 1.8.1 is used; the package ships no types.
// Spec: its README and index.js.
declare module 'raw-socket' {
  export interface Socket {
    /** The native half: emits `recvReady` when the descriptor is readable. Not in the README; the version is pinned. */
    readonly wrap?: {
      on(event: 'recvReady', listener: () => void): unknown;
      removeAllListeners(event: 'recvReady'): unknown;
    };
    getOption(level: number, option: number, value: Buffer, length: number): number;
    on(event: 'message', listener: (bytes: Buffer, source: string) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'close', listener: () => void): this;
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    send(
      bytes: Buffer,
      offset: number,
      length: number,
      address: string,
      done: (error: Error | null, bytes: number) => void,
    ): this;
    close(): this;
  }
  export function createSocket(options: {
    readonly protocol: number;
    readonly addressFamily: number;
    readonly bufferSize?: number;
  }): Socket;
  export const AddressFamily: { readonly IPv4: number; readonly IPv6: number };
}

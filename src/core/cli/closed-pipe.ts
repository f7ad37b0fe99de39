// What becomes of a command whose reader goes away: `lvskit vs list | head -n 1`.
// Spec: signal(7) SIGPIPE, which Node ignores; shells show its death as status 141.

const deathBySigpipe = 141;

const end = (error: NodeJS.ErrnoException): void => {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code !== 'EPIPE') throw error;
  process.exit(deathBySigpipe);
};

/** Ends the process without a word, as SIGPIPE ends other programs; whoever listens to stdout's errors too decides for itself. */
export function endWithReader(): void {
  if (!process.stdout.listeners('error').includes(end)) process.stdout.on('error', end);
}

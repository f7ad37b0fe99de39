// What a command has to say beside its answer: one line each on stderr.
// Spec: stdout is the answer's alone; a reader that is gone needs no findings.

export function tellFindings(lines: readonly string[]): void {
  if (lines.length === 0) return;
  process.stderr.on('error', () => {});
  process.stderr.write(`${lines.join('\n')}\n`);
}

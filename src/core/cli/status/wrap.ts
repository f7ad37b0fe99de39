// Lines that are wider than the terminal go on below, indented: a cause that is cut off explains nothing.

const lengthOf = (text: string): number => [...text.replaceAll(/\x1b\[[0-9;]*m/g, '')].length;

/** One line as lines no wider than `width`, broken at spaces where there are any. */
function wrappedLine(line: string, width: number): readonly string[] {
  if (lengthOf(line) <= width) return [line];
  const indent = ' '.repeat(Math.min((/^ */.exec(line)?.[0].length ?? 0) + 4, width >> 1));
  const lines: string[] = [];
  let current: string | undefined;
  for (const word of line.split(' ')) {
    const longer: string = current === undefined ? word : `${current} ${word}`;
    if (lengthOf(longer) <= width) current = longer;
    else {
      if (current !== undefined) lines.push(current.trimEnd());
      current = `${indent}${word}`;
      // A word without spaces, a long path say, is cut into pieces.
      for (; lengthOf(current) > width; current = `${indent}${current.slice(width)}`)
        lines.push(current.slice(0, width));
    }
  }
  return current === undefined ? lines : [...lines, current];
}

export const wrapped = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap(line => wrappedLine(line, width))
    .join('\n');

// docs/rules.md as lvskit-rules(7): each rule with why, bad and good; how to silence one is told once.
// Spec: man-pages(7), groff_man(7); docs/rules.md is written by test/unit/lint/pages.test.ts.

/** Text as roff: backslashes and hyphens are literal, `code` is bold. */
const roff = text =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/`([^`]*)`/g, '\\fB$1\\fR')
    .replace(/\*\*([^*]+)\*\*/g, '\\fI$1\\fR')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/^[.']/, '\\&$&');

/** The roff of one rule's Markdown, its heading and its section on silencing left out. */
function ruleLines(markdown) {
  const lines = [];
  let fenced = false;
  let skipped = false;
  let fresh = true;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) {
      fenced = !fenced;
      if (!skipped) lines.push(fenced ? '.RS 4\n.EX' : '.EE\n.RE');
      fresh = true;
    } else if (fenced) {
      if (!skipped) lines.push(roffCode(line));
    } else if (line.startsWith('### ')) {
      const title = line.slice(4);
      skipped = title === 'Suppress';
      if (!skipped) lines.push('.PP', `\\fI${roff(title)}\\fR`);
      fresh = true;
    } else if (/^Severity: /.test(line)) lines.push('.PP', roff(line));
    else if (skipped) continue;
    else if (line.trim() === '') fresh = true;
    else if (/^[-*] /.test(line)) {
      lines.push('.IP \\(bu 2', roff(line.slice(2)));
      fresh = false;
    } else {
      if (fresh) lines.push('.PP');
      lines.push(roff(line));
      fresh = false;
    }
  }
  return lines;
}

const roffCode = line => line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');

/** [file name, text] of the page. */
export function rulesPage(markdown, version) {
  const [, ...rules] = markdown.split(/^## /m);
  const lines = [
    `.TH LVSKIT\\-RULES 7 "" "lvskit ${version}" "lvskit"`,
    '.SH NAME',
    'lvskit\\-rules \\- what lvskit lint finds in a keepalived.conf',
    '.SH DESCRIPTION',
    'Every finding of \\fBlvskit lint\\fR names its rule in brackets. The rules are listed here by name; \\fBlvskit lint \\-\\-explain\\fR \\fIRULE\\fR shows one of them.',
    '.SH SILENCING A RULE',
    'A comment silences a rule on its line, the next line or in the whole file, and must say why:',
    '.RS 4',
    '.EX',
    'priority 255   # lvskit\\-disable\\-line owner\\-priority \\-\\- this machine owns the address',
    '# lvskit\\-disable\\-next\\-line RULE \\-\\- why',
    '# lvskit\\-disable\\-file RULE \\-\\- why',
    '.EE',
    '.RE',
    '.PP',
    'For all files of a project \\fIlvskit.yaml\\fR sets a severity (error, warning, info) or off:',
    '.RS 4',
    '.EX',
    'lint:',
    '  rules:',
    '    owner\\-priority: off',
    '.EE',
    '.RE',
    '.SH RULES',
  ];
  for (const rule of rules) {
    const end = rule.indexOf('\n');
    lines.push(`.SS ${roff(rule.slice(0, end))}`, ...ruleLines(rule.slice(end + 1)));
  }
  lines.push('.SH SEE ALSO', '\\fBlvskit\\-lint\\fR(1), \\fBkeepalived.conf\\fR(5)', '');
  return ['lvskit-rules.7', lines.join('\n')];
}

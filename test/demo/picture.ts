// The demo's timeline as an SVG picture: answers per web server and losses over time, the director above, what happened as marks.
// Spec: SVG 1.1; no script, no font of its own, readable on white and on black.
import { type Slice, type Story, sliceLength, webServers } from './report.ts';

const colours: Readonly<Record<string, string>> = {
  web1: '#4e79a7',
  web2: '#59a14f',
  lost: '#e15759',
  lvs1: '#b07aa1',
  lvs2: '#f28e2b',
  nobody: '#9c9c9c',
};

const left = 60;
const top = 190;
const height = 180;
const width = 1100;

/** Draws the story. */
export function picture(story: Story, title: string): string {
  const end = Math.max(...story.slices.map(slice => slice.at + sliceLength));
  const begin = Math.min(...story.slices.map(slice => slice.at));
  const x = (at: number) => left + (Math.max(0, at - begin) / (end - begin)) * width;
  const most = Math.max(1, ...story.slices.map(slice => total(slice)));
  const tall = (count: number) => (count / most) * height;
  const bar = (end - begin) / story.slices.length;
  const parts: string[] = [];
  for (const slice of story.slices) {
    const wide = (bar / (end - begin)) * width + 0.3;
    let floor = top + height;
    const stack: [string, number][] = [
      ...webServers.map(name => [name, slice.answers[name] ?? 0] as [string, number]),
      ['lost', slice.lost],
    ];
    for (const [name, count] of stack) {
      floor -= tall(count);
      if (count > 0) parts.push(box(x(slice.at), floor, wide, tall(count), name));
    }
    parts.push(box(x(slice.at), top - 22, wide, 14, slice.director));
  }
  story.happenings
    .filter(one => one.at >= begin)
    .forEach((one, index) => {
      const at = x(one.at);
      const level = top - 34 - (index % 8) * 17;
      const flip = at > left + width * 0.6;
      parts.push(
        `<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${level}" y2="${top + height}" stroke="#888" stroke-dasharray="2 3"/>`,
        `<text x="${(flip ? at - 4 : at + 4).toFixed(1)}" y="${level + 4}" text-anchor="${flip ? 'end' : 'start'}">${escapeText(one.text)}</text>`,
      );
    });
  for (let second = 0; second * 1000 <= end - begin; second += 10) {
    parts.push(
      `<text x="${x(begin + second * 1000).toFixed(1)}" y="${top + height + 18}" text-anchor="middle">${second} s</text>`,
    );
  }
  const legend = [...webServers, 'lost', 'lvs1', 'lvs2'].map(
    (name, index) =>
      `${box(left + index * 140, top + height + 34, 12, 12, name)}<text x="${left + index * 140 + 18}" y="${top + height + 45}">${name === 'lost' ? 'lost' : name.startsWith('web') ? `answers by ${name}` : `${name} is master`}</text>`,
  );
  const [allWide, allHigh] = [left + width + 40, top + height + 60];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${allWide}" height="${allHigh}" viewBox="0 0 ${allWide} ${allHigh}">
<title>${escapeText(title)}</title>
<style>text { font: 12px sans-serif; fill: #333 }</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${left}" y="18" style="font-size:15px;font-weight:bold">${escapeText(title)}</text>
<text x="${left - 8}" y="${top + 10}" text-anchor="end">${most}</text>
<text x="${left - 8}" y="${top + height}" text-anchor="end">0</text>
<text x="${left - 8}" y="${top - 11}" text-anchor="end">master</text>
${parts.join('\n')}
${legend.join('\n')}
</svg>
`;
}

function total(slice: Slice): number {
  return webServers.reduce((sum, name) => sum + (slice.answers[name] ?? 0), slice.lost);
}

function box(x: number, y: number, wide: number, tall: number, name: string): string {
  return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}" fill="${colours[name] ?? '#9c9c9c'}"/>`;
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

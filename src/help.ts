// oclif's help with the table of ipvsadm's letters under the topics that replace them: `lvskit vs --help`, `lvskit rs --help`.
// Spec: @oclif/core 4 Help; package.json names this class.

import { Help, type Interfaces } from '@oclif/core';
import { spellingRows } from './core/cli/index.ts';

/** Topics whose help has the table. */
const topics: readonly string[] = ['vs', 'rs'];

function table(): string {
  const rows = [...spellingRows('commands'), ...spellingRows('options')].map(([theirs, here]) => [
    theirs.replace(/^(-\w)(?:, \S+)*/, '$1'),
    here,
  ]);
  const width = Math.max(...rows.map(([theirs = '']) => theirs.length));
  const lines = rows.map(([theirs = '', here = '']) => `  ${theirs.padEnd(width)}  ${here}`);
  return `COMING FROM IPVSADM\n${lines.join('\n')}\n`;
}

export class TopicHelp extends Help {
  override async showTopicHelp(topic: Interfaces.Topic): Promise<void> {
    await super.showTopicHelp(topic);
    if (topics.includes(topic.name)) this.log(table());
  }
}

/** Writes docs/decisions/README.md: the index of the decisions, from their own titles and status lines. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const decisionsFolder = fileURLToPath(new URL('../docs/decisions/', import.meta.url));

/** @throws when a decision lacks its title or its status line, naming the file */
export function decisionsIndex(folder: string): string {
  const rows = readdirSync(folder)
    .filter((file) => /^\d{4}-.*\.md$/.test(file))
    .sort()
    .map((file) => row(file, readFileSync(join(folder, file), 'utf8')));
  return [
    '# Decisions',
    '',
    'One page each: what was decided, why, what follows from it, and what would change our mind.',
    'This index is written by `npm run docs:decisions`.',
    '',
    '| | decision | status |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function row(file: string, text: string): string {
  const title = /^# (\d{4})\. (.+)$/m.exec(text);
  const status = /^Status: (.+)$/m.exec(text);
  if (title === null || !file.startsWith(`${title[1] ?? ''}-`)) {
    throw new Error(`${file} must begin with a title such as "# ${file.slice(0, 4)}. What was decided"`);
  }
  if (status === null) throw new Error(`${file} needs a line such as "Status: accepted"`);
  return `| ${title[1] ?? ''} | [${title[2] ?? ''}](${file}) | ${status[1] ?? ''} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(decisionsFolder, 'README.md'), decisionsIndex(decisionsFolder));
}

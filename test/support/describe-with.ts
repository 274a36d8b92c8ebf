import { missingPrograms, outsidePrograms } from '../../scripts/outside-programs.ts';

/**
 * Which of these commands `path` lacks, in words for whoever runs the tests; undefined: none.
 * Throws for a command that is not in the list of outside programs: `npm test` would never install it.
 */
export function lack(commands: readonly string[], path = process.env['PATH'] ?? ''): string | undefined {
  const programs = commands.map((wanted) => {
    const program = outsidePrograms.find(({ command }) => command === wanted);
    if (program === undefined) throw new Error(`put ${wanted} into scripts/outside-programs.ts`);
    return program;
  });
  const absent = missingPrograms(programs, path);
  if (absent.length === 0) return undefined;
  const ways = absent.map(({ command, debianPackage }) => `${command} is missing (apt-get install ${debianPackage})`);
  return `skipped: ${ways.join(', ')}`;
}

/**
 * A suite that needs programs from outside: without them it is one pending test
 * that says which are missing and how to get them.
 */
export function describeWith(commands: readonly string[], title: string, suite: () => void): void {
  const reason = lack(commands);
  if (reason === undefined) describe(title, suite);
  else describe(title, () => it(reason));
}

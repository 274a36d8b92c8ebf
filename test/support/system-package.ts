import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that npm does not bring, and the Debian package that does. */
export interface SystemPackage {
  readonly program: string;
  readonly install: string;
}

export const sippPackage: SystemPackage = { program: 'sipp', install: 'apt-get install sip-tester' };
export const baresipPackage: SystemPackage = { program: 'baresip', install: 'apt-get install baresip' };
export const soxPackage: SystemPackage = { program: 'sox', install: 'apt-get install sox' };
export const tsharkPackage: SystemPackage = { program: 'tshark', install: 'apt-get install tshark' };

/** Its path; undefined when it is not there. */
export function find({ program }: SystemPackage, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** What is missing, in words for whoever runs the tests; undefined: nothing. */
export function missing(packages: readonly SystemPackage[], path?: string): string | undefined {
  const absent = packages.filter((wanted) => find(wanted, path) === undefined);
  if (absent.length === 0) return undefined;
  return `skipped: ${absent.map(({ program, install }) => `${program} is missing (${install})`).join(', ')}`;
}

/**
 * A suite that needs programs from outside: without them it is one pending test
 * that says which are missing and how to get them.
 */
export function describeWith(packages: readonly SystemPackage[], title: string, suite: () => void): void {
  const reason = missing(packages);
  if (reason === undefined) describe(title, suite);
  else describe(title, () => it(reason));
}

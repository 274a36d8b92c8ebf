import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that npm does not bring. */
export interface OutsideProgram {
  readonly command: string;
  /** The Debian package that holds it. */
  readonly debianPackage: string;
  readonly neededFor: string;
}

/** What the live tests drive. */
export const outsidePrograms: readonly OutsideProgram[] = [
  { command: 'sipp', debianPackage: 'sip-tester', neededFor: 'SIP scenarios and load from outside' },
  // The package called baresip adds a window and video; every module that the tests load is in its core.
  { command: 'baresip', debianPackage: 'baresip-core', neededFor: 'calls between real phones' },
  { command: 'sox', debianPackage: 'sox', neededFor: 'what baresip says and hears, as files of sound' },
];

/** @param path as in the environment: folders with colons between them */
export function isInstalled(command: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, command)));
}

/** Those of `programs` that no folder of `path` holds. */
export function missingPrograms(programs: readonly OutsideProgram[], path: string): readonly OutsideProgram[] {
  return programs.filter(({ command }) => !isInstalled(command, path));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs the Debian packages that the live tests need, or says which to install. Never fails: what is missing is skipped by name. */
import { spawnSync } from 'node:child_process';
import { isInstalled, missingPrograms, type OutsideProgram, outsidePrograms } from './outside-programs.ts';

const path = process.env['PATH'] ?? '';

/** One retry: a mirror that fails once is usually there a moment later. */
function aptGet(...words: readonly string[]): boolean {
  const attempt = (): boolean =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...words], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 180_000,
    }).status === 0;
  return attempt() || attempt();
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(', ')} …`);
  // Packages that are known from before may still install when a mirror's list cannot be read.
  aptGet('update', '--quiet');
  aptGet('install', '--yes', '--quiet', '--no-install-recommends', ...packages);
}

function report(missing: readonly OutsideProgram[]): void {
  for (const { command, neededFor } of missing) {
    console.log(`${command} is missing (${neededFor}): the tests that need it are skipped.`);
  }
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
  console.log(`To run them too, type: sudo apt-get update && sudo apt-get install --yes ${packages}`);
}

const missing = missingPrograms(outsidePrograms, path);
if (missing.length > 0) {
  const mayInstall = process.getuid?.() === 0 && isInstalled('apt-get', path);
  if (mayInstall) install(missing.map(({ debianPackage }) => debianPackage));
  const still = missingPrograms(outsidePrograms, path);
  if (still.length > 0) report(still);
}

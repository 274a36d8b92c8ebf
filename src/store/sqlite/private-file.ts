import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/** What others than the owner may do with a file. */
const others = 0o077;

/**
 * Makes the file, when missing, readable by its owner alone, and takes from others what they may do with one that is
 * there: it holds the passwords of trunks, which a digest answer needs as they are. What the file system does not let us
 * do is left to whoever opens the file: the error that comes then tells more.
 */
export function keepPrivate(file: string): void {
  unlessRefused(() => {
    closeSync(openSync(file, 'ax', 0o600));
  });
  // SQLite gives the files beside it the permissions of the file, but does not change those of older ones.
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    unlessRefused(() => {
      const { mode } = statSync(one);
      if ((mode & others) !== 0) chmodSync(one, mode & 0o777 & ~others);
    });
  }
}

function unlessRefused(work: () => void): void {
  try {
    work();
  } catch {
    // It is there already, or is not, or is not ours: see above.
  }
}

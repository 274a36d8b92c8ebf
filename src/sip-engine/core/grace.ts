import type { LiveDialog } from './live-dialog.ts';
import { after, type Surroundings } from './surroundings.ts';

/**
 * Runs at once, or a little later in a dialog that has only just come up: an application that reads the news of the
 * dialog and of its end together handles the end before it could put a handler on the dialog.
 */
export function afterGrace(around: Surroundings, live: LiveDialog, run: () => void): void {
  const wait = live.upSince + around.timers.byeGrace - around.clock.now();
  if (wait > 0) after(around, wait, run);
  else run();
}

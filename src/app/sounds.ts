import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/schema.ts';
import { readWav } from '../media/audio/wav.ts';
import type { SoundLibrary } from '../media/port.ts';
import { SoundFiles } from '../media/sounds/library.ts';
import type { Log } from '../telemetry/port.ts';

/** Beside `src/` and `dist/` alike. */
const own = fileURLToPath(new URL('../../sounds', import.meta.url));

/** What callers are told, in the exchange's own words and in those of companies. */
export function soundLibrary({ sounds }: Pick<Config, 'sounds'>, log: Log): SoundLibrary {
  return new SoundFiles({
    own,
    tenants: sounds.folder,
    onTrouble: (trouble) => {
      log.warn({ ...trouble }, 'a sound cannot be played');
    },
  });
}

/** The file that stands for music; when the configured one cannot be played, the log says so and our own takes its place. */
export async function musicFile({ sounds }: Pick<Config, 'sounds'>, log: Log): Promise<string> {
  const ours = `${own}/music.wav`;
  if (sounds.music === undefined) return ours;
  const why = await unplayable(sounds.music);
  if (why === undefined) return sounds.music;
  log.warn({ file: sounds.music, why }, 'the music of sounds.music cannot be played; our own is played instead');
  return ours;
}

async function unplayable(file: string): Promise<string | undefined> {
  try {
    const pcm = readWav(await readFile(file));
    return pcm.ok ? undefined : pcm.error;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

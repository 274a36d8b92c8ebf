import { Stage } from './stage.ts';
import type { Feature, Ground, Subject, Wanted } from './subject/subject.ts';

export interface SuiteOptions extends Wanted {
  /** Without one of these the suite is one pending test that says so. */
  readonly needs?: readonly Feature[];
}

/** One sentence about the server, and the case that shows it. */
export type Check = (title: string, play: (stage: Stage) => Promise<void>, longest?: Longest) => void;

/** Seconds that a case may take, where a server cannot be told to be quick. */
export type Longest = Readonly<Partial<Record<Ground['kind'], number>>>;

const usually = 8;

/** Cases that are tried on every ground. */
export interface Suite {
  readonly title: string;
  readonly options: SuiteOptions;
  /** What must run before the server does, and how the server is told of it. */
  readonly prepare?: () => Promise<Preparation>;
  cases(check: Check): void;
}

export interface Preparation {
  readonly wanted: Wanted;
  close(): Promise<void>;
}

/** Servers that were started for one set of wishes, and serve every suite that wants the same. */
class Running {
  readonly #started = new Map<string, Promise<Subject>>();

  constructor(private readonly ground: Ground) {}

  async with(wanted: Wanted): Promise<Subject> {
    const key = JSON.stringify(wanted);
    const running = await this.#started.get(key);
    if (running?.alive() === true) return running;
    await running?.close();
    const starting = this.ground.start(wanted);
    this.#started.set(key, starting);
    return starting;
  }

  async settled(): Promise<void> {
    for (const subject of this.#started.values()) await (await subject).settled();
  }

  async close(): Promise<void> {
    for (const subject of this.#started.values()) await (await subject).close();
  }
}

/** Plays every case of these suites on this ground; at the end nothing may be left of all of them. */
export function playOn(ground: Ground, suites: readonly Suite[]): void {
  describe(`conformance of ${ground.name}`, function () {
    const running = new Running(ground);
    after(() => running.close());
    for (const suite of suites) playSuite(ground, running, suite);
    // In a suite of its own: Mocha plays what stands beside suites before them.
    describe('afterwards', () => {
      it('leaves no transaction, dialog or timer of all this behind', () => running.settled());
    });
  });
}

function playSuite(ground: Ground, running: Running, { title, options, prepare, cases }: Suite): void {
  const { needs = [], ...asked } = options;
  let wanted: Wanted = asked;
  const reason = needs.map((feature) => ground.lacks(feature)).find((lack) => lack !== undefined);
  describe(title, () => {
    if (reason !== undefined) {
      it(`skipped: ${reason}`);
      return;
    }
    if (prepare !== undefined) {
      let prepared: Preparation | undefined;
      before(async () => {
        prepared = await prepare();
        wanted = { ...asked, ...prepared.wanted };
      });
      after(() => prepared?.close());
    }
    cases((what, play, longest) => {
      it(what, async function () {
        const seconds = longest?.[ground.kind] ?? usually;
        this.timeout((seconds + 20) * 1000);
        const stage = await Stage.set(await running.with(wanted), ground.kind);
        try {
          await within(seconds, play(stage));
        } finally {
          await stage.clear();
        }
      });
    });
  });
}

/** An application that was left behind would take the calls of the next case. */
async function within(seconds: number, play: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the case was not over after ${String(seconds)} s`));
    }, seconds * 1000);
  });
  await Promise.race([play, late]).finally(() => {
    clearTimeout(timer);
  });
}

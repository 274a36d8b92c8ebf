import { Gauge, type Registry } from 'prom-client';
import type { LiveSources } from './port.ts';

interface Reading {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  /** Where several have the same name. */
  readonly trunk?: string;
}

/** What lives now is asked at each scrape, and never counted up and down: so it cannot drift. */
export class LiveGauges {
  readonly #gauges = new Map<string, Gauge>();
  #sources: LiveSources = {};

  constructor(private readonly registry: Registry) {}

  watch(sources: LiveSources): void {
    this.#sources = { ...this.#sources, ...sources };
  }

  /** Asks every source; one that fails leaves its gauges as they are. */
  async refresh(): Promise<void> {
    const found = (await Promise.all(readings(this.#sources))).flat();
    // A trunk that is gone has no line any more.
    for (const name of perTrunk) this.#gauges.get(name)?.reset();
    for (const reading of found) {
      const gauge = this.#gauges.get(reading.name) ?? this.#made(reading);
      if (reading.trunk === undefined) gauge.set(reading.value);
      else gauge.set({ trunk: reading.trunk }, reading.value);
    }
  }

  #made({ name, help, trunk }: Reading): Gauge {
    const labelNames = trunk === undefined ? [] : ['trunk'];
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    this.#gauges.set(name, gauge);
    return gauge;
  }
}

const perTrunk = ['qaller_trunk_up', 'qaller_trunk_registered'] as const;

function readings({
  calls,
  legs,
  bindings,
  media,
  trunks,
  engine,
}: LiveSources): readonly Promise<readonly Reading[]>[] {
  return [
    read(calls, (value) => [{ name: 'qaller_calls_live', help: 'Calls that are not over.', value }]),
    read(legs, (value) => [{ name: 'qaller_legs_live', help: 'Legs that are not over.', value }]),
    read(bindings, (value) => [{ name: 'qaller_bindings', help: 'Contacts that are registered.', value }]),
    read(media, ({ endpoints, portsUsed, portsFree }) => [
      { name: 'qaller_media_endpoints', help: 'Parties whose sound passes.', value: endpoints },
      { name: 'qaller_media_ports_used', help: 'UDP ports for sound that are in use.', value: portsUsed },
      { name: 'qaller_media_ports_free', help: 'UDP ports for sound that are left.', value: portsFree },
    ]),
    read(trunks, (all) =>
      all.flatMap(({ trunk, up, registered }) => [
        ...onOrOff('qaller_trunk_up', 'Whether the trunk answers OPTIONS.', trunk, up),
        ...onOrOff('qaller_trunk_registered', 'Whether calls of the trunk find us.', trunk, registered),
      ]),
    ),
    // The engine's own names tell what to show, so that a count that it gets tomorrow needs nothing here.
    read(engine, (stats) => flatten('qaller_engine', stats)),
  ];
}

function onOrOff(
  name: (typeof perTrunk)[number],
  help: string,
  trunk: string,
  is: boolean | undefined,
): readonly Reading[] {
  return is === undefined ? [] : [{ name, help, value: is ? 1 : 0, trunk }];
}

async function read<Value>(
  source: (() => Value | Promise<Value>) | undefined,
  show: (value: Value) => readonly Reading[],
): Promise<readonly Reading[]> {
  try {
    return source === undefined ? [] : show(await source());
  } catch {
    return [];
  }
}

function flatten(prefix: string, stats: object): readonly Reading[] {
  return Object.entries(stats).flatMap(([key, value]: [string, unknown]) => {
    const name = `${prefix}_${key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`;
    if (typeof value === 'number') return [{ name, help: 'As the SIP engine gives it.', value }];
    return typeof value === 'object' && value !== null ? flatten(name, value) : [];
  });
}

/** A server of a service (RFC 2782). */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}

/**
 * The order in which servers are tried: the lowest priority first, and among equals by lot, each with a chance by its weight
 * (RFC 2782, "Weight").
 * @param chance at least 0 and below 1
 */
export function srvOrder(records: readonly SrvRecord[], chance: () => number): SrvRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((one, other) => one - other);
  return priorities.flatMap((wanted) =>
    drawn(
      records.filter(({ priority }) => priority === wanted),
      chance,
    ),
  );
}

function drawn(records: readonly SrvRecord[], chance: () => number): SrvRecord[] {
  // Those of weight 0 stand first, so that they have a small chance.
  const left = [...records].sort((one, other) => one.weight - other.weight);
  const order: SrvRecord[] = [];
  while (left.length > 0) {
    const sum = left.reduce((total, { weight }) => total + weight, 0);
    const lot = Math.floor(chance() * (sum + 1));
    let running = 0;
    const at = left.findIndex(({ weight }) => (running += weight) >= lot);
    order.push(...left.splice(Math.max(at, 0), 1));
  }
  return order;
}

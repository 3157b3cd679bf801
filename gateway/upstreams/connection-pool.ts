import { type Call, Connection, type ConnectionHost } from './connection.ts';
import type { DialOptions } from './dial.ts';
import type { Origin } from './origin.ts';
import { UpstreamError } from './upstream-error.ts';

/** Bounds of a pool; times in milliseconds. */
export interface PoolLimits {
  readonly maxConnections: number;
  /** Calls that may wait for a connection. */
  readonly maxWaiting: number;
  readonly idleTimeoutMs: number;
  /** A connection is not used again after this age, so that changed names are followed. */
  readonly maxAgeMs: number;
}

/**
 * A write goes only over a connection that was in use so lately: an upstream that has just closed an idle connection
 * would leave in doubt whether the write took effect.
 */
const FRESH_MS = 1000;

/** The connections to one origin. The connection used last is used first, so that spare ones can go. */
export class ConnectionPool implements ConnectionHost {
  readonly dial: DialOptions;
  readonly #origin: Origin;
  readonly #limits: PoolLimits;
  readonly #connections = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #waiting: Call[] = [];

  constructor(origin: Origin, limits: PoolLimits, dial: DialOptions) {
    this.#origin = origin;
    this.#limits = limits;
    this.dial = dial;
  }

  get size(): number {
    return this.#connections.size;
  }

  get isActive(): boolean {
    return this.#connections.size > 0 || this.#waiting.length > 0;
  }

  submit(call: Call): void {
    const idle = this.#takeIdle(call);
    if (idle !== undefined) idle.run(call);
    else if (this.#connections.size < this.#limits.maxConnections) this.#open(call);
    else if (this.#waiting.length < this.#limits.maxWaiting) this.#waiting.push(call);
    else call.reject(new UpstreamError('busy', `${this.#origin.key}: too many calls wait`, false, false));
  }

  onIdle(connection: Connection): void {
    const now = Date.now();
    connection.idleSince = now;
    if (now - connection.bornAt > this.#limits.maxAgeMs) {
      connection.close();
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) connection.run(next);
    else this.#idle.push(connection);
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const next = this.#waiting.shift();
    if (next !== undefined) this.submit(next);
  }

  onStale(call: Call): void {
    if (this.#connections.size < this.#limits.maxConnections) this.#open(call);
    else this.#waiting.unshift(call);
  }

  check(now: number): void {
    for (const connection of this.#connections) connection.check(now, this.#limits.idleTimeoutMs);
    if (this.#waiting.length === 0) return;
    const overdue = this.#waiting.filter((call) => now > call.startedAt + call.timeoutMs || call.owner?.signal.aborted);
    if (overdue.length === 0) return;
    this.#waiting = this.#waiting.filter((call) => !overdue.includes(call));
    for (const call of overdue) {
      call.reject(new UpstreamError('timeout', `${this.#origin.key}: no connection became free`, false, false));
    }
  }

  close(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) {
      call.reject(new UpstreamError('aborted', `${this.#origin.key}: the gateway is closing`, false, false));
    }
    for (const connection of [...this.#connections]) connection.close();
  }

  #open(call: Call): void {
    this.#connections.add(new Connection(this.#origin, this, call));
  }

  #takeIdle(call: Call): Connection | undefined {
    const idle = this.#idle.at(-1);
    if (idle === undefined) return undefined;
    if (!call.isSafe && call.startedAt - idle.idleSince > FRESH_MS) {
      // It would only grow staler; and with the pool full it would stand in the way of a new connection.
      idle.close();
      return this.#takeIdle(call);
    }
    this.#idle.pop();
    return idle;
  }
}

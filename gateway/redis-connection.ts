import { createClient } from 'redis';

/** A Redis connection for scripts: never queues, so that a Redis that is away is noticed at once. */
export interface RedisScripts {
  readonly isReady: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  close(): void;
}

/** Connects in the background and for ever; `onState` hears that Redis came or went. */
export function openRedisScripts(url: string, onState: (state: 'ready' | 'away') => void): RedisScripts {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2000, reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 6), 2000) },
  });
  let isReady = false;
  client.on('ready', () => {
    isReady = true;
    onState('ready');
  });
  // Without a listener an error would end the process; that Redis is away is told once per change.
  client.on('error', () => {
    if (isReady) onState('away');
    isReady = false;
  });
  client.connect().catch(() => undefined);
  return {
    get isReady() {
      return client.isReady;
    },
    eval: (script, options) => client.eval(script, options),
    close: () => client.destroy(),
  };
}

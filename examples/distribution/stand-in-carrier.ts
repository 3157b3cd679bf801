import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A pretended parcel carrier with its own API, for the demo and tests. */
export interface StandInCarrier {
  readonly url: string;
  readonly port: number;
  /** Requests as they came: what the gateway really sent. */
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

const EVENTS = [
  {
    time: '2026-11-18T16:02:00Z',
    code: 'COLLECTED',
    description: 'Collected from sender',
    depot: 'ANR1',
    driverId: 'D-4471',
  },
  { time: '2026-11-19T04:40:00Z', code: 'SORTED', description: 'Sorted', depot: 'BRU2', driverId: null },
  { time: '2026-11-19T09:15:00Z', code: 'DELIVERED', description: 'Delivered', depot: null, driverId: 'D-1208' },
];

const PARCEL = {
  trackingNumber: 'PC12345678BE',
  status: 'DELIVERED',
  estimatedDelivery: '2026-11-19T12:00:00Z',
  weightGrams: 12400,
  pieces: 2,
  recipient: {
    name: 'Harbour Hardware',
    phone: '+32 3 555 01 10',
    email: 'purchasing@harbour-hardware.example',
    street: 'Kaai 12',
    postalCode: '2000',
    city: 'Antwerp',
    countryCode: 'BE',
  },
  proofOfDelivery: { signedBy: 'Mertens', signatureImage: 'aGFuZHdyaXRpbmc=', deliveredAt: '2026-11-19T09:15:00Z' },
  charges: { amount: 18.4, currency: 'EUR', discountPercent: 22.5 },
  events: EVENTS,
};

const PREFIX = `/tracking/v4/parcels/${PARCEL.trackingNumber}`;

export async function startStandInCarrier({
  port,
  key,
}: {
  readonly port: number;
  readonly key: string;
}): Promise<StandInCarrier> {
  const requests: StandInCarrier['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const path = (request.url ?? '').split('?')[0];
    if (request.headers['x-api-key'] !== key) reply(response, 401, { code: 'AUTH', message: 'Invalid API key' });
    else if (request.method !== 'GET') reply(response, 405, { code: 'METHOD', message: 'Not supported' });
    else if (path === PREFIX) reply(response, 200, PARCEL);
    else if (path === `${PREFIX}/events`) reply(response, 200, { events: EVENTS });
    else reply(response, 404, { code: 'UNKNOWN', message: 'No such parcel' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

import { performance } from 'node:perf_hooks';
import { noGuardFacts } from '../odoo/guard/access.ts';
import { runGuarded } from '../odoo/guard/run-guarded.ts';
import { decodeJson2Exact, encodeJson2 } from '../odoo/json2-codec.ts';
import { decodeJsonRpcExact, encodeJsonRpc } from '../odoo/jsonrpc-codec.ts';
import type { RawAnswer, TypedCall } from '../odoo/typed-call.ts';
import { bindCall } from '../odoo/wire/bind-call.ts';
import { bareReply, jsonRpcReply } from '../odoo/wire/json-reply.ts';
import { readRequest } from '../odoo/wire/read-request.ts';
import type { RpcHttpRequest, RpcMessage } from '../odoo/wire/rpc-request.ts';
import { type OdooValue, odooObject } from '../odoo/wire/value.ts';
import { xmlReply } from '../odoo/wire/xml-reply.ts';
import { decodeXmlRpcExact, encodeXmlRpc } from '../odoo/xmlrpc-codec.ts';
import {
  DATABASE,
  domainOf,
  KEY,
  MAJOR,
  PROTOCOLS,
  recordsOf,
  requestOf,
  type SampleCall,
  type SampleProtocol,
  sampleAccess,
  sampleCalls,
} from './odoo-samples.ts';

/**
 * What governing a call of the Odoo protocols costs, CPU µs per call: reading, binding, guarding, rebuilding and encoding
 * it, and taking its answer to pieces and putting together what may be shown; and that the work grows with the input and
 * no faster. `node bench/odoo-guard.ts`
 */
const USER = { database: DATABASE, uid: 2, apiKey: KEY };
const WINDOW_MS = 30;
const WARM_UP = 20;
const WINDOWS = 30;
const SIZES = [2, 8, 32, 128, 512];

const ENCODE: Readonly<Record<SampleProtocol, (call: TypedCall) => Buffer>> = {
  json2: (call) => encodeJson2(call, DATABASE, KEY).body,
  jsonrpc: (call) => encodeJsonRpc(call, USER).body,
  xmlrpc: (call) => encodeXmlRpc(call, USER).body,
};
const DECODE = { json2: decodeJson2Exact, jsonrpc: decodeJsonRpcExact, xmlrpc: decodeXmlRpcExact };

/** What Odoo answers to every call of a sample, in each protocol. */
type Answers = Readonly<Record<SampleProtocol, RawAnswer>>;

function answersOf(value: OdooValue): Answers {
  const raw = (mediaType: string, body: Buffer): RawAnswer => ({ status: 200, mediaType, retryAfter: undefined, body });
  return {
    json2: raw('application/json', bareReply(value).body),
    jsonrpc: raw('application/json', jsonRpcReply(1, value).body),
    xmlrpc: raw('text/xml', xmlReply(value, 'xmlrpc/2', MAJOR, 'strict').body),
  };
}

const access = sampleAccess();

function messageOf(request: RpcHttpRequest): RpcMessage {
  const message = readRequest(request, () => MAJOR);
  if (!('request' in message)) throw new Error(`the sample is not understood: ${message.body}`);
  return message;
}

function boundOf({ request }: RpcMessage) {
  if (request.kind !== 'call') throw new Error(`the sample is no call but ${request.kind}`);
  return bindCall(request.call, MAJOR);
}

/** One call from its bytes to the bytes of its answer; Odoo itself takes no time. */
async function govern(request: RpcHttpRequest, upstream: SampleProtocol, answers: Answers): Promise<Buffer> {
  const message = messageOf(request);
  const value = await runGuarded(boundOf(message), {
    access,
    rule: () => [],
    ask: async (call) => {
      ENCODE[upstream](call);
      const outcome = DECODE[upstream](answers[upstream]);
      if (!outcome.ok) throw new Error(`the sample's answer is not understood: ${outcome.failure}`);
      return outcome.value;
    },
    facts: noGuardFacts(),
  });
  return message.reply(value).body;
}

interface Cost {
  readonly least: number;
  readonly median: number;
}

/** CPU µs of one act, the process's own time: of many windows the least and the median. */
async function costOf(act: () => unknown): Promise<Cost> {
  const windows: number[] = [];
  for (let window = -WARM_UP; window < WINDOWS; window++) {
    let acts = 0;
    const cpu = process.cpuUsage();
    const start = performance.now();
    do {
      const done = act();
      if (done instanceof Promise) await done;
      acts++;
    } while (performance.now() - start < WINDOW_MS);
    const { user, system } = process.cpuUsage(cpu);
    if (window >= 0) windows.push((user + system) / acts);
  }
  windows.sort((a, b) => a - b);
  return { least: windows[0] ?? 0, median: windows[Math.floor(windows.length / 2)] ?? 0 };
}

function say(name: string, bytes: number, { least, median }: Cost): void {
  const numbers = `${least.toFixed(1).padStart(9)}${median.toFixed(1).padStart(9)}`;
  console.log(`${name.padEnd(44)}${String(bytes).padStart(8)}${numbers}`);
}

const heading = (text: string): void =>
  console.log(`\n${text.padEnd(44)}${'bytes'.padStart(8)}${'least'.padStart(9)}${'median'.padStart(9)}`);

heading('a call, µs of CPU');
for (const [protocol, share] of [
  ['json2', 1],
  ['jsonrpc', 1],
  ['xmlrpc', 1],
  ['xmlrpc', 0.2],
] as const) {
  for (const [name, call] of Object.entries(sampleCalls(share))) {
    const request = requestOf(call, protocol);
    const answers = answersOf(name === 'write' ? true : []);
    const read = await costOf(() => boundOf(messageOf(request)));
    say(`${name} ${protocol}: read, bind`, request.body.length, read);
    const whole = await costOf(() => govern(request, protocol, answers));
    say(`${name} ${protocol}: read … answer`, request.body.length, whole);
  }
}

heading('an answer of 50 records, µs of CPU');
for (const protocol of PROTOCOLS) {
  const request = requestOf(sampleCalls().search_read ?? none(), protocol);
  const answers = answersOf(recordsOf(50));
  const empty = await costOf(() => govern(request, protocol, answersOf([])));
  const decode = await costOf(() => DECODE[protocol](answers[protocol]));
  say(`${protocol}: decode`, answers[protocol].body.length, decode);
  const whole = await costOf(() => govern(request, protocol, answers));
  say(`${protocol}: decode, construct, encode`, answers[protocol].body.length, {
    least: whole.least - empty.least,
    median: whole.median - empty.median,
  });
}

function none(): never {
  throw new Error('there is no such sample');
}

/** Inputs that grow, one member of a call at a time. */
const GROWING: Readonly<Record<string, (bytes: number) => SampleCall>> = {
  'one long text': (bytes) => writing([['field_number_0', 'é"<x '.repeat(Math.ceil(bytes / 6))]]),
  'many ids': (bytes) => searching([['id', 'in', Array.from({ length: Math.ceil(bytes / 7) }, (_, n) => 100_000 + n)]]),
  'many conditions': (bytes) => searching(domainOf(Math.max(2, Math.ceil(bytes / 45)))),
  'unknown fields': (bytes) =>
    writing(Array.from({ length: Math.ceil(bytes / 24) }, (_, n) => [`unknown_field_${n}`, n])),
  'many records': (bytes) => ({
    model: 'sale.order',
    method: 'create',
    named: odooObject([
      [
        'vals_list',
        Array.from({ length: Math.ceil(bytes / 40) }, (_, n) => odooObject([['name', `Order ${n} of many`]])),
      ],
    ]),
  }),
};

function searching(domain: OdooValue): SampleCall {
  return { model: 'sale.order', method: 'search_read', named: odooObject([['domain', domain]]) };
}

function writing(vals: [string, OdooValue][]): SampleCall {
  return { model: 'sale.order', method: 'write', ids: [7], named: odooObject([['vals', odooObject(vals)]]) };
}

console.log(`\nµs of CPU per kB as the input grows${SIZES.map((size) => `${size} kB`.padStart(9)).join('')}    worst`);
for (const [name, callOf] of Object.entries(GROWING)) {
  for (const protocol of PROTOCOLS) {
    const perKilobyte: number[] = [];
    for (const size of SIZES) {
      const request = requestOf(callOf(size * 1000), protocol);
      const answers = answersOf([]);
      // Refused or not: what is measured is the work until that is known.
      const { least } = await costOf(() => govern(request, protocol, answers).catch(() => undefined));
      perKilobyte.push((least * 1000) / request.body.length);
    }
    const ratio = Math.max(...perKilobyte) / (perKilobyte[0] ?? 1);
    console.log(
      `${`${name}, ${protocol}`.padEnd(35)}${perKilobyte.map((one) => one.toFixed(2).padStart(9)).join('')}${ratio.toFixed(1).padStart(9)}`,
    );
  }
}

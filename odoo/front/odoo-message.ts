import type { FrontAnswer, FrontMessage } from '../../gateway/front.ts';
import { type ProblemCode, type Refusal, refuse } from '../../gateway/problems.ts';
import type { OdooFault } from '../wire/fault.ts';
import type { RawReply, RpcMessage } from '../wire/rpc-request.ts';
import type { OdooValue } from '../wire/value.ts';
import { faultFor, isFailedLogin } from './front-faults.ts';
import type { CallAccess } from './opened-database.ts';

/** A request in one of Odoo's protocols, on its way through the pipeline. */
export class OdooMessage implements FrontMessage {
  readonly rpc: RpcMessage;
  /** The database that is meant: as the request names it, or its session. */
  database: string | undefined;
  /** What the call runs with; set where it was authorized. */
  access: CallAccess | undefined = undefined;
  readonly #faults = new WeakMap<Refusal, OdooFault>();

  constructor(rpc: RpcMessage) {
    this.rpc = rpc;
    this.database = 'database' in rpc.request ? rpc.request.database : undefined;
  }

  /** A refusal that this client is told of by another fault than its code has. */
  refuseAs(fault: OdooFault, code: ProblemCode, more?: { readonly reason?: string }): Refusal {
    const refusal = refuse(code, undefined, more);
    this.#faults.set(refusal, fault);
    return refusal;
  }

  refuse(refusal: Refusal): FrontAnswer {
    const { code, headers = [] } = refusal;
    if (this.rpc.request.kind === 'login' && isFailedLogin(code)) return this.reply(false);
    const fault = this.#faults.get(refusal) ?? faultFor(code, this.rpc);
    return frontAnswer(this.rpc.fail(fault, this.rpc.protocol === 'json2' ? retryAfter(headers) : []));
  }

  /** The answer of success; undefined is Python's None. */
  reply(value: OdooValue | undefined, headers?: readonly string[]): FrontAnswer {
    return frontAnswer(this.rpc.reply(value, headers));
  }
}

export function frontAnswer({ status, contentType, headers, body }: RawReply): FrontAnswer {
  return { status, mediaType: contentType, headers, body };
}

/** Of a refusal's headers, what a protocol with statuses has a use for; of identity it has a word of its own. */
export function retryAfter(headers: readonly string[]): readonly string[] {
  const at = headers.indexOf('retry-after');
  return at < 0 ? [] : headers.slice(at, at + 2);
}

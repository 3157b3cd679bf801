import type { Exchange } from '../gateway/exchange.ts';
import type { OperationPolicy, ReadyAnswer, Verdict } from '../gateway/policy.ts';
import { OdooFront } from '../odoo/front/odoo-front.ts';
import { OdooMessage } from '../odoo/front/odoo-message.ts';
import { versionAnswer } from '../odoo/front/service-answers.ts';

/** Answers what Odoo tells to everybody, for itself: versions, the databases that are opened here, the end of a session. */
export function answerOdooService(): OperationPolicy {
  return {
    name: 'answer-odoo-service',
    stage: 'admit',
    prepare({ front }) {
      return front instanceof OdooFront ? (exchange) => answerService(exchange, front) : undefined;
    },
  };
}

function answerService(exchange: Exchange, front: OdooFront): Verdict {
  const { message } = exchange;
  if (!(message instanceof OdooMessage)) throw new Error('a request of the Odoo front has no message');
  const { request, protocol } = message.rpc;
  exchange.facts.notes.push(`odoo-${request.kind}:${protocol}`);
  switch (request.kind) {
    case 'version':
      return ready(message.reply(versionAnswer(request.form, front.major)));
    case 'databases':
      return ready(message.reply(front.databases));
    case 'database-exists':
      return ready(message.reply(front.databases.includes(request.database)));
    case 'close-session':
      return ready(message.reply(undefined, front.cookie(undefined)));
    case 'refused':
      return message.refuseAs(request.fault, 'not-found');
    default:
      return undefined;
  }
}

function ready(answer: ReadyAnswer['answer']): ReadyAnswer {
  return { kind: 'answer', answer };
}

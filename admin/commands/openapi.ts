import type { Command } from './command.ts';
import { CONTRACT_USAGE, grantedContract } from './granted-contract.ts';

/** `openapi --consumer C INTERFACE`: the consumer's own contract as an OpenAPI 3.1 document. */
export const openapi: Command = {
  name: 'openapi',
  usage: `openapi ${CONTRACT_USAGE}`,
  summary: "print a consumer's own OpenAPI document",
  async run(args, context) {
    const document = await grantedContract(args, context);
    if (document === undefined) return 1;
    context.out(JSON.stringify(document, null, 2));
    return 0;
  },
};

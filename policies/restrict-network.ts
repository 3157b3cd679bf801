import { BlockList, isIP } from 'node:net';
import type { ConsumerDocument } from '../catalog/documents.ts';
import type { OperationPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';

/**
 * Refuses calls from outside a consumer's networks. It stands at authorize, not at admit: which networks are right is
 * known only once the caller is. The address is the peer's own; forwarding headers are never believed.
 */
export function restrictNetwork(): OperationPolicy {
  // Consumers are frozen and shared by all operations of a snapshot: one list each, gone with the snapshot.
  const lists = new WeakMap<ConsumerDocument, BlockList>();
  return {
    name: 'restrict-network',
    stage: 'authorize',
    prepare: () => (exchange) => {
      const consumer = exchange.caller?.consumer;
      if (consumer === undefined) return refuse('token-missing');
      if (consumer.spec.networks === undefined) return undefined;
      let list = lists.get(consumer);
      if (list === undefined) {
        list = networkList(consumer.spec.networks);
        lists.set(consumer, list);
      }
      return contains(list, exchange.remoteAddress) ? undefined : refuse('network-not-allowed');
    },
  };
}

/** The networks of a consumer, IPv4 and IPv6, as `address/bits` or one address. Throws an Error for anything else. */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || rest.length > 0 || !(prefix <= most)) {
      throw new Error(`${JSON.stringify(network)} is not a network; write it as 192.0.2.0/24 or 2001:db8::/32.`);
    }
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** BlockList itself sees through IPv4 addresses mapped into IPv6 (RFC 4291 §2.5.5.2), as dual-stack sockets report them. */
function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

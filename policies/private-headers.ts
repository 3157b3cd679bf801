/**
 * Words of which private headers are commonly made: what proxies add, and what clients send who hope to choose a company,
 * a user, a role or a method. A name made of other words is none that could be known here, and may be anything.
 */
const WORDS: ReadonlySet<string> = new Set(
  (
    'x account action admin agent allow allowed amz amzn api app application as attempt auth b3 body branch browser bypass ' +
    'cache caller client cloud code companies company connection consumer content context correlation country csrf customer ' +
    'database date db debug delegate device email end env environment error event field fields filter flags for forwarded ' +
    'frame from group groups hash header host hub http id ids impersonate info internal ip key lang language level limit ' +
    'locale login mail method mode name net no nonce odoo offset on options order org organisation organization origin ' +
    'original override page parent partner path permission permissions plan platform port portcullis prefix priority profile ' +
    'proto protocol proxy query rate real record remote request requested reset retry rewrite role roles root route run sale ' +
    'sampled scheme scope secret security server service session shop signature site source span spanid state status store ' +
    'su sudo subject switch system tag tenant test time timestamp timezone token topic trace traceid type tz uid uri url user ' +
    'username users version via warehouse website who with xsrf zone'
  ).split(' '),
);
const UNKNOWN = 'x-(unknown)';

/** The name of a private header (`x-company`) as it may go on record: a client can put any text in the place of a name. */
export function privateHeaderName(name: string): string {
  return name.length <= 64 && name.split('-').every((word) => WORDS.has(word)) ? name : UNKNOWN;
}

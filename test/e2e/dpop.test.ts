import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ProofKey, proofKey } from '../../gateway/identity/dpop.fixture.ts';
import { callUrl, type House, openHouse } from './house.fixture.ts';

const PATH = '/customer-master/v1/customers/10';
const CLIENT = 'salesforce-crm';

/** R-12: a token that is bound to a key is of no use to who has only the token (RFC 9449). */
describe('tokens bound to a key', () => {
  let house: House;
  const key = proofKey();
  before(async () => {
    house = await openHouse({
      edit: {
        'consumers.yaml': (text) => text.replace(/(name: salesforce-crm,.*\nspec:\n)/, '$1  tokenBinding: dpop\n'),
      },
    });
  });
  after(() => house.stop());

  async function askToken(by: ProofKey | undefined) {
    const url = `${house.portcullis.adminUrl}/oauth/token`;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${CLIENT}:demo-${CLIENT}`)}`,
        ...(by === undefined ? {} : { dpop: by.prove({ method: 'POST', url, now: Date.now() }) }),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const json = (await response.json()) as { access_token?: string; token_type?: string; error?: string };
    return { status: response.status, json };
  }

  async function call(token: string, scheme: 'DPoP' | 'Bearer', proof?: string, path = PATH) {
    const headers = { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) };
    const {
      status,
      json,
      headers: answered,
    } = await callUrl('GET', `${house.portcullis.gatewayUrl}${path}`, { headers });
    return { status, code: (json as { code?: string }).code, challenge: answered.get('www-authenticate') ?? '' };
  }

  const proofOf = (token: string, by = key, path = PATH) =>
    by.prove({ method: 'GET', url: `${house.portcullis.gatewayUrl}${path}`, token, now: Date.now() });

  test('are given to who proves a key, and only to them', async () => {
    const refused = await askToken(undefined);
    assert.equal(refused.status, 400);
    assert.equal(refused.json.access_token, undefined);
    const { json } = await askToken(key);
    assert.equal(json.token_type, 'DPoP');
    const [, payload = ''] = (json.access_token ?? '').split('.');
    const { cnf } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { cnf: unknown };
    assert.deepEqual(cnf, { jkt: key.thumbprint });
  });

  test('work with a new proof for each call, over query strings too', async () => {
    const token = String((await askToken(key)).json.access_token);
    assert.equal((await call(token, 'DPoP', proofOf(token))).status, 200);
    assert.equal((await call(token, 'DPoP', proofOf(token), `${PATH}?fields=id`)).status, 200);
  });

  test('are of no use without the key', async () => {
    const token = String((await askToken(key)).json.access_token);
    const used = proofOf(token);
    assert.equal((await call(token, 'DPoP', used)).status, 200);
    const attempts = [
      await call(token, 'Bearer'),
      await call(token, 'Bearer', proofOf(token)),
      await call(token, 'DPoP'),
      await call(token, 'DPoP', used),
      await call(token, 'DPoP', proofOf(token, proofKey())),
      await call(token, 'DPoP', proofOf(token), '/customer-master/v1/customers/11'),
    ];
    for (const [index, { status, code, challenge }] of attempts.entries()) {
      assert.deepEqual([status, code], [401, 'token-invalid'], String(index));
      assert.match(challenge, index < 2 ? /^Bearer .*"invalid_token"/ : /^DPoP .*"invalid_dpop_proof"/);
    }
  });

  test('leave the proof and its reason off the answer, and the reason on record', async () => {
    const token = String((await askToken(key)).json.access_token);
    await call(token, 'DPoP');
    const last = JSON.stringify((await house.records()).at(-1));
    assert.match(last, /proof: none/);
    assert.doesNotMatch(last, new RegExp(token.slice(-20)));
  });
});

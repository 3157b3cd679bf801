import Odoo from 'odoo-await';
import { DATABASE, GATEWAY_URL, KEY, LOGIN, refusal, report } from './script-report.mjs';

const odoo = new Odoo({ baseUrl: GATEWAY_URL, db: DATABASE, username: LOGIN, password: KEY });
const stranger = new Odoo({ baseUrl: GATEWAY_URL, db: DATABASE, username: LOGIN, password: 'guessed' });

const uid = await odoo.connect();
const companies = await odoo.search('res.partner', { is_company: true });
const page = await odoo.searchRead('res.partner', ['is_company', '=', true], ['name', 'country_id'], {
  limit: 2,
  order: 'id',
});
const first = page[0].id;
const id = await odoo.create('res.partner', { name: 'By odoo-await', category_id: { action: 'add', id: 1 } });
const written = await odoo.update('res.partner', id, { phone: '+32 2' });
const [made] = await odoo.read('res.partner', id, ['name', 'phone', 'category_id']);
await odoo.update('res.partner', id, { category_id: { action: 'replace', id: [4] } });
const [replaced] = await odoo.read('res.partner', [id], ['category_id']);
await odoo.delete('res.partner', id);

const asked = (field) => ({
  read: odoo.read('res.partner', first, [field]),
  domain: odoo.search('res.partner', [field, '=', 'x']),
  order: odoo.searchRead('res.partner', [], ['name'], { order: field }),
  write: odoo.update('res.partner', first, { [field]: 'x' }),
});

report({
  uid,
  wrongKey: await refusal(stranger.connect()),
  companies,
  page,
  whole: (await odoo.read('res.partner', first))[0],
  every: await odoo.searchRead('res.partner', { id: first }),
  country: (await odoo.read('res.country', page[0].country_id[0], ['name']))[0].name,
  made: { ...made, ...replaced, written },
  gone: await odoo.read('res.partner', id, ['name']),
  hidden: await allRefused(asked('email')),
  unknown: await allRefused(asked('emaik')),
  models: {
    hidden: await refusal(odoo.search('product.template')),
    unknown: await refusal(odoo.search('no.model')),
    system: await refusal(odoo.search('res.users')),
    externalId: await refusal(odoo.searchByExternalId('ext_9')),
    method: await refusal(odoo.action('sale.order', 'action_confirm', 40)),
  },
  fields: await odoo.getFields('res.partner', ['string', 'type']),
  orders: await odoo.searchRead('sale.order', {}, ['name', 'state']),
});

async function allRefused(calls) {
  const said = {};
  for (const [name, call] of Object.entries(calls)) said[name] = await refusal(call);
  return said;
}

import Odoo from 'async-odoo-xmlrpc';
import { DATABASE, GATEWAY_URL, KEY, LOGIN, refusal, report } from './script-report.mjs';

const odoo = new Odoo({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: KEY });
const stranger = new Odoo({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: 'guessed' });
// It has no named arguments.
const execute = (model, method, args) => odoo.execute_kw(model, method, args);

const uid = await odoo.connect();
const companies = await execute('res.partner', 'search', [[['is_company', '=', true]]]);
const page = await execute('res.partner', 'search_read', [
  [['is_company', '=', true]],
  ['name', 'country_id'],
  0,
  2,
  'id',
]);
const first = page[0].id;
const id = await execute('res.partner', 'create', [{ name: 'By async-odoo-xmlrpc', category_id: [[4, 1]] }]);
const written = await execute('res.partner', 'write', [[id], { phone: '+32 2' }]);
const [made] = await execute('res.partner', 'read', [[id], ['name', 'phone', 'category_id']]);
await execute('res.partner', 'unlink', [[id]]);

const asked = async (field) => ({
  read: await refusal(execute('res.partner', 'read', [[first], [field]])),
  domain: await refusal(execute('res.partner', 'search', [[[field, '=', 'x']]])),
  order: await refusal(execute('res.partner', 'search_read', [[], ['name'], 0, 5, field])),
  write: await refusal(execute('res.partner', 'write', [[first], { [field]: 'x' }])),
});

report({
  uid,
  wrongKey: await refusal(stranger.connect()),
  companies,
  page,
  whole: (await execute('res.partner', 'read', [[first]]))[0],
  every: await execute('res.partner', 'search_read', [[['id', '=', first]]]),
  country: (await execute('res.country', 'read', [[page[0].country_id[0]], ['name']]))[0].name,
  made: { ...made, written },
  gone: await execute('res.partner', 'read', [[id], ['name']]),
  hidden: await asked('email'),
  unknown: await asked('emaik'),
  models: {
    hidden: await refusal(execute('product.template', 'search', [[]])),
    unknown: await refusal(execute('no.model', 'search', [[]])),
    system: await refusal(execute('res.users', 'search', [[]])),
    method: await refusal(execute('sale.order', 'action_confirm', [[40]])),
  },
  fields: await execute('res.partner', 'fields_get', [[], ['string', 'type']]),
  orders: await execute('sale.order', 'search_read', [[], ['name', 'state']]),
});

import { DATABASE, GATEWAY_URL, KEY, refusal, report } from './script-report.mjs';

/** As Odoo's manual of JSON-2 shows it. */
async function call(model, method, body, key = KEY) {
  const response = await fetch(`${GATEWAY_URL}/json/2/${model}/${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-odoo-database': DATABASE,
      authorization: `bearer ${key}`,
      'user-agent': 'shop/1.0',
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.name}: ${answer.message}`);
  return answer;
}

const companies = await call('res.partner', 'search', { domain: [['is_company', '=', true]] });
const page = await call('res.partner', 'search_read', {
  domain: [['is_company', '=', true]],
  fields: ['name', 'country_id'],
  limit: 2,
  order: 'id',
  context: { lang: 'en_US' },
});
const first = page[0].id;
const ids = await call('res.partner', 'create', { vals_list: [{ name: 'By JSON-2', category_id: [[4, 1]] }] });
const written = await call('res.partner', 'write', { ids, vals: { phone: '+32 2' } });
const [made] = await call('res.partner', 'read', { ids, fields: ['name', 'phone', 'category_id'] });
await call('res.partner', 'unlink', { ids });

const asked = async (field) => ({
  read: await refusal(call('res.partner', 'read', { ids: [first], fields: [field] })),
  domain: await refusal(call('res.partner', 'search', { domain: [[field, '=', 'x']] })),
  order: await refusal(call('res.partner', 'search', { domain: [], order: field })),
  write: await refusal(call('res.partner', 'write', { ids: [first], vals: { [field]: 'x' } })),
});

report({
  version: (await (await fetch(`${GATEWAY_URL}/web/version`)).json()).version_info,
  wrongKey: await refusal(call('res.partner', 'search', { domain: [] }, 'guessed')),
  context: await call('res.users', 'context_get', {}),
  companies,
  count: await call('res.partner', 'search_count', { domain: [['is_company', '=', true]] }),
  page,
  whole: (await call('res.partner', 'read', { ids: [first] }))[0],
  every: await call('res.partner', 'search_read', { domain: [['id', '=', first]] }),
  country: (await call('res.country', 'read', { ids: [page[0].country_id[0]], fields: ['name'] }))[0].name,
  made: { ...made, written },
  gone: await call('res.partner', 'read', { ids, fields: ['name'] }),
  hidden: await asked('email'),
  unknown: await asked('emaik'),
  models: {
    hidden: await refusal(call('product.template', 'search', { domain: [] })),
    unknown: await refusal(call('no.model', 'search', { domain: [] })),
    system: await refusal(call('res.users', 'search', { domain: [] })),
    method: await refusal(call('sale.order', 'action_confirm', { ids: [40] })),
  },
  fields: await call('res.partner', 'fields_get', { attributes: ['string', 'type'] }),
  orders: await call('sale.order', 'search_read', { domain: [], fields: ['name', 'state'] }),
});

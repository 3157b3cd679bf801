"""What odoorpc is used for: records as objects, relations by dots."""

import json
import os
from urllib.parse import urlsplit

import odoorpc

db, login, key = (os.environ[name] for name in ("DATABASE", "LOGIN", "KEY"))
address = urlsplit(os.environ["GATEWAY_URL"])

odoo = odoorpc.ODOO(address.hostname, protocol="jsonrpc", port=address.port, timeout=20)
databases = odoo.db.list()


def refusal(call, *args, **named):
    try:
        return {"answered": str(call(*args, **named))}
    except (odoorpc.error.RPCError, AttributeError) as error:
        return str(error.args[0])


wrong_key = refusal(odoo.login, db, login, "guessed")
odoo.login(db, login, key)
Partner = odoo.env["res.partner"]

companies = Partner.search([("is_company", "=", True)])
page = Partner.search_read([("is_company", "=", True)], ["name", "country_id"], limit=2, order="id")
first = Partner.browse(page[0]["id"])
whole = {name: getattr(first, name) for name in ("name", "is_company", "phone")}
whole.update(id=first.id, country_id=first.country_id.id, category_id=first.category_id.ids)

made_id = Partner.create({"name": "By odoorpc", "category_id": [(4, 1)]})
made = Partner.browse(made_id)
made.phone = "+32 2"
odoo.env.commit()
tags = [tag.name for tag in made.category_id]
made.category_id -= 1
made.category_id += 4
made.name = "By odoorpc, changed"
odoo.env.commit()
changed = odoo.execute("res.partner", "read", [made_id], ["name", "phone", "category_id"])[0]
Partner.unlink([made_id])

Order = odoo.env["sale.order"]
orders = [
    {"id": order.id, "name": order.name, "state": order.state, "date": str(order.date_order)}
    for order in Order.browse(Order.search([]))
]


def asked(field):
    return {
        "read": refusal(Partner.read, [first.id], [field]),
        "domain": refusal(Partner.search, [(field, "=", "x")]),
        "order": refusal(Partner.search, [], order=field),
        "write": refusal(Partner.write, [first.id], {field: "x"}),
        # What is no field is taken for a method.
        "attribute": refusal(getattr(first, field)),
    }


def browse(model):
    return odoo.env[model].browse(1)


print(
    json.dumps(
        {
            "uid": odoo.env.uid,
            "version": odoo.version,
            "databases": databases,
            "wrongKey": wrong_key,
            "context": dict(odoo.env.context),
            "companies": companies,
            "count": Partner.search_count([("is_company", "=", True)]),
            "page": page,
            "whole": whole,
            "country": first.country_id.name,
            "code": first.country_id.code,
            "several": [partner.name for partner in Partner.browse(companies[:2])],
            "tags": tags,
            "made": changed,
            "gone": Partner.read([made_id], ["name"]),
            "hidden": asked("email"),
            "unknown": asked("emaik"),
            "models": {
                "hidden": refusal(browse, "product.template"),
                "unknown": refusal(browse, "no.model"),
                "system": refusal(browse, "res.users"),
                "reference": refusal(odoo.env.ref, "base.main_company"),
                "method": refusal(Order.action_confirm, [40]),
                "reports": refusal(odoo.report.list),
            },
            "fields": Partner.fields_get(attributes=["string", "type"]),
            "orders": orders,
            "loggedOut": odoo.logout(),
        }
    )
)

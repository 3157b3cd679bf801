"""What Odoo's own manual shows of Python's xmlrpc.client."""

import json
import os
import xmlrpc.client

url, db, login, key = (os.environ[name] for name in ("GATEWAY_URL", "DATABASE", "LOGIN", "KEY"))

common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")
version = common.version()["server_version_info"]
uid = common.authenticate(db, login, key, {})


def execute(model, method, args, named=None):
    return models.execute_kw(db, uid, key, model, method, args, *([] if named is None else [named]))


def refusal(call, *args):
    try:
        return {"answered": call(*args)}
    except xmlrpc.client.Fault as fault:
        return f"{fault.faultCode} {fault.faultString.rstrip()}"


companies = execute("res.partner", "search", [[["is_company", "=", True]]])
page = execute(
    "res.partner",
    "search_read",
    [[["is_company", "=", True]]],
    {"fields": ["name", "country_id"], "limit": 2, "order": "id"},
)
first = page[0]["id"]
made_id = execute("res.partner", "create", [{"name": "By xmlrpc.client", "category_id": [(4, 1)]}])
written = execute("res.partner", "write", [[made_id], {"phone": "+32 2"}])
[made] = execute("res.partner", "read", [made_id], {"fields": ["name", "phone", "category_id"]})
execute("res.partner", "unlink", [[made_id]])


def asked(field):
    return {
        "read": refusal(execute, "res.partner", "read", [[first], [field]]),
        "domain": refusal(execute, "res.partner", "search", [[[field, "=", "x"]]]),
        "order": refusal(execute, "res.partner", "search", [[]], {"order": field}),
        "write": refusal(execute, "res.partner", "write", [[first], {field: "x"}]),
    }


print(
    json.dumps(
        {
            "uid": uid,
            "version": version,
            "wrongKey": common.authenticate(db, login, "guessed", {}),
            "deniedKey": refusal(models.execute_kw, db, uid, "guessed", "res.partner", "search", [[]]),
            "companies": companies,
            "count": execute("res.partner", "search_count", [[["is_company", "=", True]]]),
            "page": page,
            "whole": execute("res.partner", "read", [first])[0],
            "every": execute("res.partner", "search_read", [[["id", "=", first]]]),
            "country": execute("res.country", "read", [page[0]["country_id"][0], ["name"]])[0]["name"],
            "made": {**made, "written": written},
            "gone": execute("res.partner", "read", [[made_id], ["name"]]),
            "hidden": asked("email"),
            "unknown": asked("emaik"),
            "models": {
                "hidden": refusal(execute, "product.template", "search", [[]]),
                "unknown": refusal(execute, "no.model", "search", [[]]),
                "system": refusal(execute, "res.users", "search", [[]]),
                "method": refusal(execute, "sale.order", "action_confirm", [[40]]),
            },
            "fields": execute("res.partner", "fields_get", [], {"attributes": ["string", "type"]}),
            "orders": execute("sale.order", "search_read", [[]], {"fields": ["name", "state"]}),
        }
    )
)

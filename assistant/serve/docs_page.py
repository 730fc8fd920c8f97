"""The API's documentation as one page made from its OpenAPI description; it loads nothing from anywhere."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The page's Content-Security-Policy."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
code, pre { font: 14px/1.4 ui-monospace, monospace } pre { background: #f3f4f6; padding: .75rem; overflow: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #d0d7de }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117 } pre { background: #161b22 } a { color: #79b8ff } th, td { border-color: #30363d }
}
"""


def docs_page(openapi: dict[str, Any], schema_url: str) -> str:
    """The page's HTML."""
    info = openapi["info"]
    body = "".join(
        part for path, methods in openapi["paths"].items() for method, told in methods.items() for part in _operation(openapi, path, method, told)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])}</title>"
        f"<style>{_STYLE}</style><h1>{escape(info['title'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p>The whole description, for programs: <a href="{escape(schema_url)}">{escape(schema_url)}</a>.</p>{body}</html>'
    )


def _operation(openapi: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(told.get('description') or told.get('summary', ''))}</p>"
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = _resolved(openapi, body.get("schema", {}))
    if properties := schema.get("properties"):
        needed = schema.get("required", ())
        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{'needed' if name in needed else 'optional'}</td>"
            f"<td>{escape(told_of.get('description', ''))}</td></tr>"
            for name, told_of in properties.items()
        )
        yield f"<table><tr><th>field</th><th></th><th>meaning</th></tr>{rows}</table>"
    for example in list(body.get("examples", {}).values()) or schema.get("examples", []):
        value = example.get("value", example) if isinstance(example, dict) else example
        yield f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
    answered = told.get("responses", {}).get("200", {})
    answer = answered.get("content", {}).get("application/json", {}).get("schema", {})
    name = (answer.get("$ref") or answer.get("items", {}).get("$ref", "")).rpartition("/")[2]
    yield f"<p>Answers {'a list of ' if 'items' in answer else ''}<code>{escape(name)}</code>.</p>" if name else ""


def _resolved(openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    ref = schema.get("$ref", "")
    found: dict[str, Any] = openapi["components"]["schemas"][ref.rpartition("/")[2]] if ref else schema
    return found

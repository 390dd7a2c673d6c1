"""What of a new OpenAPI document breaks those who built on an old one.

A request that was right must stay right, and an answer may only hold what was promised before, and
more fields. New operations, optional parameters, fields of answers and values of enumerations
don't break anybody: readers are told to expect them.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_METHODS = ("get", "put", "post", "patch", "delete")
_NULL = {"type": "null"}
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")


def breaks(old: Json, new: Json) -> list[str]:
    """Name everything in the new document that breaks who built on the old one."""
    return sorted(set(_Comparison(old, new).operations()))


class _Comparison:
    """Walks through both documents side by side."""

    def __init__(self, old: Json, new: Json) -> None:
        self.old = old
        self.new = new
        self.seen: set[tuple[str, str, bool]] = set()

    def operations(self) -> Iterator[str]:
        for path, item in self.old["paths"].items():
            for method in _METHODS:
                if method in item:
                    where = f"{method.upper()} {path}"
                    now = self.new["paths"].get(path, {}).get(method)
                    if now is None:
                        yield f"{where}: is gone"
                    else:
                        yield from self._operation(item[method], now, where)

    def _operation(self, old: Json, new: Json, where: str) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{where}: is called {new['operationId']}, no more {old['operationId']}"
        yield from self._security(old, new, where)
        yield from self._parameters(old, new, where)
        yield from self._body(old, new, where)
        yield from self._answers(old, new, where)

    def _security(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before = [_scopes(one) for one in old.get("security", [])]
        after = [_scopes(one) for one in new.get("security", [])]
        if after and not all(any(one <= given for one in after) for given in before or [set()]):
            yield f"{where}: asks for more credentials"

    def _parameters(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before, after = self._by_name(self.old, old), self._by_name(self.new, new)
        for name, one in before.items():
            place = f"{where}: {name}"
            if name not in after:
                yield f"{place} is gone"
                continue
            if after[name].get("required") and not one.get("required"):
                yield f"{place} is required now"
            schemas = [_sendable(self._at(self.old, one["schema"]))]
            schemas.append(_sendable(self._at(self.new, after[name]["schema"])))
            yield from self._schema(schemas[0], schemas[1], place, asked=True)
        for name in after.keys() - before.keys():
            if after[name].get("required"):
                yield f"{where}: {name} is new, and required"

    def _by_name(self, document: Json, operation: Json) -> dict[str, Json]:
        given = [self._at(document, one) for one in operation.get("parameters", [])]
        return {f"{one['in']} {one['name']}": one for one in given}

    def _body(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if before is None:
            if after is not None and after.get("required"):
                yield f"{where}: a body is new, and required"
            return
        if after is None:
            yield f"{where}: takes no body any more"
            return
        if after.get("required") and not before.get("required"):
            yield f"{where}: the body is required now"
        yield from self._media(before, after, f"{where}: body", asked=True)

    def _answers(self, old: Json, new: Json, where: str) -> Iterator[str]:
        for status, answer in old["responses"].items():
            place = f"{where}: {status}"
            if status not in new["responses"]:
                if status < "400":
                    yield f"{place} is gone"
                continue
            before = self._at(self.old, answer)
            after = self._at(self.new, new["responses"][status])
            for header in before.get("headers", {}).keys() - after.get("headers", {}).keys():
                yield f"{place}: header {header} is gone"
            yield from self._media(before, after, place, asked=False)

    def _media(self, old: Json, new: Json, where: str, *, asked: bool) -> Iterator[str]:
        for media, content in old.get("content", {}).items():
            if media not in new.get("content", {}):
                yield f"{where}: {media} is gone"
                continue
            now = new["content"][media].get("schema", {})
            yield from self._schema(content.get("schema", {}), now, where, asked=asked)

    def _schema(self, old: Json, new: Json, where: str, *, asked: bool) -> Iterator[str]:
        """Compare what is sent (asked) or answered."""
        if "$ref" in old or "$ref" in new:
            names = old.get("$ref", ""), new.get("$ref", "")
            if all(names) and names[0] != names[1]:
                yield f"{where}: is a {_name(names[1])}, no more a {_name(names[0])}"
            if all(names):
                if (*names, asked) in self.seen:
                    return
                self.seen.add((*names, asked))
                where = f"{'sent' if asked else 'answered'} {_name(names[0])}"
        before, after = _plain(self._at(self.old, old)), _plain(self._at(self.new, new))
        if "$ref" in before or "$ref" in after:
            yield from self._schema(before, after, where, asked=asked)
            return
        yield from _types(before, after, where, asked=asked)
        if asked:
            yield from _narrowed(before, after, where)
        yield from self._branches(before, after, where, asked=asked)
        yield from self._fields(before, after, where, asked=asked)
        for key in ("items", "additionalProperties"):
            if isinstance(before.get(key), dict) and isinstance(after.get(key), dict):
                inside = f"{where}/{'*' if key != 'items' else '-'}"
                yield from self._schema(before[key], after[key], inside, asked=asked)

    def _fields(self, old: Json, new: Json, where: str, *, asked: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            if name in after:
                yield from self._schema(schema, after[name], f"{where}/{name}", asked=asked)
            elif "properties" in new or not asked:
                yield f"{where}/{name}: is gone"
        if asked:
            for name in needed[1] - needed[0]:
                yield f"{where}/{name}: is required now"
        else:
            for name in needed[0] & after.keys() - needed[1]:
                yield f"{where}/{name}: may be missing now"

    def _branches(self, old: Json, new: Json, where: str, *, asked: bool) -> Iterator[str]:
        """See that each branch that may be sent is taken, or that may be answered was promised."""
        before, after = _choices(old), _choices(new)
        if not before or not after:
            if before != after and bool(before) is not asked:
                yield f"{where}: its choices changed"
            return
        named = {one["$ref"]: one for one in after if "$ref" in one}
        for one in before:
            if one.get("$ref") in named:
                yield from self._schema(one, named[one["$ref"]], where, asked=asked)
        known = named.keys() & {one.get("$ref") for one in before}
        rest = [[one for one in side if one.get("$ref") not in known] for side in (before, after)]
        for one in rest[0] if asked else rest[1]:
            pairs = [(one, two) if asked else (two, one) for two in (rest[1] if asked else rest[0])]
            if all(any(True for _ in self._schema(*pair, where, asked=asked)) for pair in pairs):
                yield f"{where}: one of its choices {'is gone' if asked else 'is new'}"

    def _at(self, document: Json, node: Json) -> Json:
        while "$ref" in node:
            found: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _scopes(requirement: Json) -> set[str]:
    """List the scopes of one way in; that any credentials are needed counts as one."""
    return (
        {"any", *(scope for scopes in requirement.values() for scope in scopes)}
        if requirement
        else set()
    )


def _plain(schema: Json) -> Json:
    """Write what can be null, and maps, in one way."""
    branches = schema.get("anyOf", ())
    others = [branch for branch in branches if branch != _NULL]
    if len(others) == 1 and len(branches) > 1:
        inside = others[0]
        if "type" in inside:
            types = [inside["type"]] if isinstance(inside["type"], str) else inside["type"]
            return {**inside, "type": [*types, "null"]}
    if "patternProperties" in schema:
        (values,) = schema["patternProperties"].values()
        return {**schema, "additionalProperties": values}
    return schema


def _choices(schema: Json) -> list[Json]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _sendable(schema: Json) -> Json:
    """Take null away, which can't be sent in a query or a header."""
    others = [branch for branch in schema.get("anyOf", ()) if branch != _NULL]
    if len(others) == 1:
        only: Json = others[0]
        return only
    if isinstance(schema.get("type"), list):
        return {**schema, "type": [one for one in schema["type"] if one != "null"]}
    return schema


def _kinds(schema: Json) -> set[str]:
    given = schema.get("type", [])
    return {given} if isinstance(given, str) else set(given)


def _types(old: Json, new: Json, where: str, *, asked: bool) -> Iterator[str]:
    before, after = _kinds(old), _kinds(new)
    narrow, wide = (before, after) if asked else (after, before)
    wide = wide | ({"integer"} if "number" in wide else set())
    if wide and not (narrow and narrow <= wide):
        shown = [", ".join(sorted(kinds)) or "anything" for kinds in (before, after)]
        yield f"{where}: was {shown[0]}, is {shown[1]}"
    if not asked and old.get("format") != new.get("format") and old.get("format"):
        yield f"{where}: was a {old['format']}, is {new.get('format', 'any text')}"


def _narrowed(old: Json, new: Json, where: str) -> Iterator[str]:
    """Find what makes something wrong that was right."""
    if "enum" in new:
        for value in [one for one in old.get("enum", ["anything"]) if one not in new["enum"]]:
            yield f"{where}: {value} is no value any more"
    for key in _AT_MOST:
        if key in new and new[key] < old.get(key, float("inf")):
            yield f"{where}: {key} is {new[key]}, was {old.get(key, 'none')}"
    for key in _AT_LEAST:
        if key in new and new[key] > old.get(key, float("-inf")):
            yield f"{where}: {key} is {new[key]}, was {old.get(key, 'none')}"
    for key in ("pattern", "format", "const", "multipleOf"):
        if key in new and new[key] != old.get(key):
            yield f"{where}: {key} is {new[key]}, was {old.get(key, 'none')}"
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield f"{where}: takes no other fields any more"

"""How each field of the schema is answered; a field without an entry is the attribute of its name in snake case."""

from __future__ import annotations

from monitor.demo import fields_pull, fields_query, fields_repository
from monitor.demo.viewer import Resolver

RESOLVERS: dict[str, Resolver] = {**fields_query.FIELDS, **fields_repository.FIELDS, **fields_pull.FIELDS}

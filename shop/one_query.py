"""Rows of several models, fetched in one query instead of one each."""

import json
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Func, IntegerField, JSONField, QuerySet, Value
from django.utils import timezone

Reader = Callable[[Any], Any]


def fetch_together(*asked: QuerySet[Any]) -> list[list[Any]]:
    """What each of these querysets finds, in their order, as instances with what it annotates.

    It comes in no order, and with it comes what `select_related` names directly; prefetches are not followed. SQLite
    gives fifteen digits of a float.
    """
    parts = [_Part(number, rows) for number, rows in enumerate(asked)]
    first, *others = [part.as_rows() for part in parts]
    found: list[list[Any]] = [[] for _part in parts]
    # Stock and prices come from the primary alone, and so does whatever is fetched together with them.
    databases = [rows.db for rows in asked]
    database = DEFAULT_DB_ALIAS if DEFAULT_DB_ALIAS in databases else databases[0]
    for number, row in first.union(*others, all=True).using(database):
        found[number].append(parts[number].instance(row))
    return found


class Exactly(json.JSONDecoder):
    """Reads numbers as they are written: prices are no floating point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"parse_float": Decimal})


class Rows(Func):
    """A list in JSON: whole rows of these models, each known by one of its columns, then values.

    Django's JSONObject takes a row column by column, which costs more than the queries that are saved.
    """

    output_field = JSONField(decoder=Exactly)

    def __init__(self, tables: tuple[Any, ...], *expressions: Any) -> None:
        super().__init__(*expressions)
        self.tables = tables

    def as_sql(self, compiler: Any, connection: Any, **_options: Any) -> tuple[str, list[Any]]:
        quote = connection.ops.quote_name

        def value(field: Any, alias: str) -> str:
            column = f"{alias}.{quote(field.column)}"
            return f"JSON({column})" if isinstance(field, JSONField) else column  # which is text to SQLite

        def row(model: Any, alias: str) -> str:
            pairs = [f"'{field.column}', {value(field, alias)}" for field in model._meta.concrete_fields]
            return f"JSON_OBJECT({', '.join(pairs)})"

        return self._listed(compiler, "JSON_ARRAY({})", row)

    def as_postgresql(self, compiler: Any, _connection: Any, **_options: Any) -> tuple[str, list[Any]]:
        return self._listed(compiler, "JSON_BUILD_ARRAY({})::text", lambda _model, alias: f"TO_JSON({alias})")

    def _listed(self, compiler: Any, template: str, row: Callable[[Any, str], str]) -> tuple[str, list[Any]]:
        sources, length = self.get_source_expressions(), len(self.tables)
        aliases = [compiler.quote_name_unless_alias(column.alias) for column in sources[:length]]
        listed = [row(model, alias) for model, alias in zip(self.tables, aliases, strict=True)]
        params: list[Any] = []
        for value in sources[length:]:
            sql, its_params = compiler.compile(value)
            listed.append(sql)
            params += its_params
        return template.format(", ".join(listed)), params


class _Part:
    """One of the querysets, as rows that all of them have in common."""

    def __init__(self, number: int, rows: QuerySet[Any]) -> None:
        self.number = number
        self.rows = rows
        self.annotated = list(rows.query.annotation_select)
        self.relations = [rows.model._meta.get_field(name) for name in rows.query.select_related or ()]

    def as_rows(self) -> QuerySet[Any, tuple[int, list[Any]]]:
        """Pairs of this part's number and a list: of the row, of those that come along, and of what is annotated."""
        models = (self.rows.model, *(relation.related_model for relation in self.relations))
        columns = (F("pk"), *map(_column_of, self.relations))
        row = Rows(models, *columns, *map(F, self.annotated))
        plain = self.rows.select_related(None).order_by()
        numbered = plain.annotate(part_number=Value(self.number, IntegerField()), part_row=row)
        return numbered.values_list("part_number", "part_row")

    def instance(self, row: list[Any]) -> Any:
        own, *others = row
        instance = self._made(self.rows.model, own)
        for relation, other in zip(self.relations, others, strict=False):
            model = relation.related_model
            is_there = other is not None and other[model._meta.pk.column] is not None
            relation.set_cached_value(instance, self._made(model, other) if is_there else None)
        for name, value in zip(self.annotated, others[len(self.relations) :], strict=True):
            setattr(instance, name, value)
        return instance

    def _made(self, model: Any, row: dict[str, Any]) -> Any:
        names, columns, readers = _readers(model)
        values = [row[column] for column in columns]
        for place, read in readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return model.from_db(self.rows.db, names, values)


def _column_of(relation: Any) -> F:
    """A column of the other table. Its key will not do, since Django reads that from this table."""
    others = relation.related_model._meta.concrete_fields
    return F(f"{relation.name}__{next(field.name for field in others if not field.primary_key)}")


@cache
def _readers(model: Any) -> tuple[list[str], list[str], list[tuple[int, Reader]]]:
    """The names of all fields; their columns; and place and reader of those that JSON does not hold as they are."""
    fields = model._meta.concrete_fields
    readers = [(place, reader) for place, field in enumerate(fields) if (reader := _reader(field))]
    return [field.attname for field in fields], [field.column for field in fields], readers


def _reader(field: Any) -> Reader | None:
    while field.remote_field:
        field = field.target_field
    if isinstance(field, models.DecimalField):
        cent = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: Decimal(value).quantize(cent)
    if isinstance(field, models.DateTimeField):
        return lambda value: _in_utc(field.to_python(value))
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.FileField):
        return None
    if isinstance(field, models.JSONField):
        return lambda value: json.loads(json.dumps(value, default=float))  # in it, numbers are as JSON has them
    if isinstance(field, models.BinaryField):
        raise TypeError(f"{field} cannot be read out of a row in JSON.")
    return field.to_python


def _in_utc(moment: Any) -> Any:
    """SQLite writes moments without their zone."""
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)

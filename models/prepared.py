"""The path that every decision takes, without what SQLAlchemy does anew for each statement."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Insert, SelectBase, Update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from models.base import Base
from models.driver import Cursor, execute

Statement = SelectBase | Insert | Update
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Model = TypeVar("Model", bound=Base)


class Prepared:
    """A statement whose SQL is made once: it costs a third of its way through SQLAlchemy.

    An INSERT or UPDATE sets the columns that it is given values for, and those with a default.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, ...], _Form] = {}

    def run(self, connection: Connection, values: Values) -> Cursor:
        """Execute it; what it finds comes as the driver gives it."""
        form = self._form(connection.dialect, values)
        return execute(connection, form.sql, form.bound(values))

    def run_for_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute it with each of these rows, which have the same columns."""
        form = self._form(connection.dialect, rows[0])
        execute(connection, form.sql, [form.bound(row) for row in rows], many=True)

    def insert(self, connection: Connection, values: Values) -> int:
        """Insert one row; returns its number."""
        cursor = self.run(connection, values)
        number: int = cursor.lastrowid if cursor.description is None else cursor.fetchone()[0]
        return number

    def find(self, connection: Connection, values: Values) -> list[Any]:
        """What a SELECT finds, as rows of Python's values."""
        form = self._form(connection.dialect, values)
        return form.read(execute(connection, form.sql, form.bound(values)))

    def _form(self, dialect: Dialect, values: Values) -> _Form:
        shape = (dialect.name, *values)
        form = self._forms.get(shape)
        if form is None:
            form = self._forms[shape] = _Form(self._statement, dialect, values)
        return form


class _Form:
    """A statement in one dialect: its SQL, how values go to the driver and how they come back."""

    def __init__(self, statement: Statement, dialect: Dialect, values: Values) -> None:
        selected = statement.selected_columns if isinstance(statement, SelectBase) else ()
        set_by_values = None if isinstance(statement, SelectBase) else [*values]
        compiled = statement.compile(dialect=dialect, column_keys=set_by_values)
        if compiled.post_compile_params:
            raise ValueError("a list of values makes another statement each time")
        self.sql = str(compiled)
        self._dialect = dialect
        self._places = compiled.positiontup  # None: the driver takes values by name
        self._given, self._own = [], dict[str, Callable[[], Any]]()
        made = {column.key: column.default for column in compiled.insert_prefetch}
        for bound, name in compiled.bind_names.items():
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if name in values:
                self._given.append((name, convert))
            else:
                self._own[name] = _maker(made.get(name), compiled.params[name], convert)
        self._columns = list(selected)
        names = [column.key or "" for column in selected]
        self._row = cast(Any, namedtuple)("row", names, rename=True)._make
        self._found: list[tuple[int, Convert]] | None = None  # known with the first result

    def bound(self, values: Values) -> Any:
        """These values as the driver wants them."""
        ready = {name: make() for name, make in self._own.items()}
        for name, convert in self._given:
            value = values[name]
            ready[name] = value if convert is None else convert(value)
        return ready if self._places is None else tuple([ready[name] for name in self._places])

    def read(self, cursor: Cursor) -> list[Any]:
        """The rows of a SELECT."""
        if self._found is None:
            self._found = self._converts(cursor.description)
        if not self._found:
            return [self._row(values) for values in cursor.fetchall()]
        found = [list(values) for values in cursor.fetchall()]
        for values in found:
            for place, convert in self._found:
                values[place] = convert(values[place])
        return [self._row(values) for values in found]

    def _converts(self, told: Any) -> list[tuple[int, Convert]]:
        """What makes Python's values of the driver's, by their place in a row."""
        converts = [
            column.type.dialect_impl(self._dialect).result_processor(self._dialect, kind)
            for column, (_name, kind, *_more) in zip(self._columns, told, strict=True)
        ]
        return [(place, convert) for place, convert in enumerate(converts) if convert]


def _maker(default: Any, constant: Any, convert: Convert | None) -> Callable[[], Any]:
    """What makes a value that nobody gives: a column's default, or a constant of the statement."""

    def converted(value: Any) -> Any:
        return value if convert is None else convert(value)

    if default is None:
        fixed = converted(constant)
        return lambda: fixed
    if default.is_callable:
        return lambda: converted(default.arg(None))
    return lambda: converted(default.arg)


def attach(session: Session, model: type[Model], values: Values) -> Model:
    """The row as the session's own object, as if the session had read it; its key is `id`."""
    key = model.__mapper__.identity_key_from_primary_key((values["id"],))
    there: Model | None = session.identity_map.get(key)
    if there is not None:
        for name in values.keys() - vars(there).keys():  # what is known stays: it may be changed
            set_committed_value(there, name, values[name])
        return there
    made = new(model, **values)
    instance_state(made).key = key
    keep(session, made)
    if missing := _columns(model) - values.keys():
        session.expire(made, missing)  # they are read when one of them is wanted
    return made


def new(model: type[Model], **values: Any) -> Model:
    """An object with these values, as if it had them from a row: a tenth of its constructor's time.

    Nothing else is set: no default, and no relation by its foreign key or the other way round.
    """
    made: Model = model.__mapper__.class_manager.new_instance()
    vars(made).update(values)
    return made


def keep(session: Session, row: Base) -> None:
    """Make the session's own what has its key: as SQLAlchemy's loading does, without cascades."""
    state = instance_state(row)
    state.session_id = session.hash_key
    session.identity_map.add(state)


@cache
def _columns(model: type[Base]) -> frozenset[str]:
    return frozenset(column.key for column in model.__mapper__.column_attrs)
